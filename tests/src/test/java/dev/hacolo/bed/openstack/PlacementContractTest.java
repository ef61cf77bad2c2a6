package dev.hacolo.bed.openstack;

import static dev.hacolo.bed.openstack.CloudBed.fault;
import static dev.hacolo.bed.openstack.CloudBed.foreign;
import static dev.hacolo.bed.openstack.CloudBed.reservation;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.Reservation;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlacementContractTest {
  private final CloudBed bed = new CloudBed();
  private final UUID consumer = UUID.randomUUID();

  @AfterEach
  void close() {
    bed.close();
  }

  private StandInPlacement.Allocation held() {
    return bed.openstack.placement().allocation(consumer).orElseThrow();
  }

  @Test
  void aReservationIsAnAllocationOfItsOwnConsumerType() throws CloudException {
    bed.cloud.reserve(reservation(consumer));

    assertThat(bed.openstack.placement().allocations())
        .containsExactly(
            new StandInPlacement.Allocation(
                consumer,
                "HA_SECONDARY",
                1,
                CloudBed.TENANT,
                CloudBed.OWNER,
                "node-b",
                Map.of("VCPU", 1, "MEMORY_MB", 2048, "DISK_GB", 10)));
  }

  @Test
  void reservingTheSameAgainWritesNothing() throws CloudException {
    bed.cloud.reserve(reservation(consumer));
    bed.cloud.reserve(reservation(consumer));

    assertThat(held().generation()).isEqualTo(1);
    assertThat(bed.openstack.requests("PUT", "/allocations/")).isEqualTo(1);
  }

  @Test
  void anotherReservationReplacesTheFormerOne() throws CloudException {
    bed.cloud.reserve(reservation(consumer));
    bed.cloud.reserve(
        new Reservation(consumer, CloudBed.TENANT, CloudBed.OWNER, "node-a", 2, 4096, 0));

    assertThat(held().providerName()).isEqualTo("node-a");
    assertThat(held().resources()).isEqualTo(Map.of("VCPU", 2, "MEMORY_MB", 4096));
    assertThat(held().generation()).isEqualTo(2);
  }

  @Test
  void aHostIsFoundThroughItsHypervisorOnAnyPage() throws CloudException {
    bed.openstack.nova().longestPage(1);
    bed.openstack.addHost(new StandInHost("node-c", "node-c.example", "nova", 4, 4096, 50));

    bed.cloud.reserve(
        new Reservation(consumer, CloudBed.TENANT, CloudBed.OWNER, "node-c", 1, 512, 1));

    assertThat(held().providerName()).isEqualTo("node-c.example");
  }

  @Test
  void anUnknownHostIsAPermanentFault() {
    CloudException fault =
        fault(
            () ->
                bed.cloud.reserve(
                    new Reservation(consumer, CloudBed.TENANT, CloudBed.OWNER, "moon", 1, 1, 1)));

    assertThat(fault).hasMessageContaining("host moon has 0 compute nodes");
    assertThat(fault.isTransient()).isFalse();
  }

  @Test
  void aFullHostIsATransientFaultAndNotRetriedHere() {
    CloudException fault =
        fault(
            () ->
                bed.cloud.reserve(
                    new Reservation(
                        consumer, CloudBed.TENANT, CloudBed.OWNER, "node-b", 33, 1, 1)));

    assertThat(fault)
        .hasMessageContaining("409")
        .hasMessageContaining("'VCPU'")
        .hasMessageContaining("exceed the capacity")
        .hasMessageContaining("request req-");
    assertThat(fault.isTransient()).isTrue();
    assertThat(bed.openstack.requests("PUT", "/allocations/")).isEqualTo(1);
    assertThat(bed.openstack.placement().allocations()).isEmpty();
  }

  @Test
  void aConsumerThatAppearsMeanwhileIsReadAgain() throws CloudException {
    bed.openstack
        .faults()
        .next(
            "PUT",
            "/allocations/",
            1,
            new StandInFaults.Meanwhile(
                () -> bed.openstack.placement().put(foreign(consumer, "HA_SECONDARY"))));

    bed.cloud.reserve(reservation(consumer));

    assertThat(held().generation()).isEqualTo(2);
    assertThat(held().resources()).containsEntry("MEMORY_MB", 2048).containsEntry("VCPU", 1);
  }

  @Test
  void endlessConflictsEndInATransientFault() {
    bed.openstack
        .faults()
        .next(
            "PUT",
            "/allocations/",
            50,
            new StandInFaults.Meanwhile(
                () -> bed.openstack.placement().put(foreign(consumer, "HA_SECONDARY"))));

    CloudException fault = fault(() -> bed.cloud.reserve(reservation(consumer)));

    assertThat(fault).hasMessageContaining("409").hasMessageContaining("generation conflict");
    assertThat(fault.isTransient()).isTrue();
    assertThat(bed.openstack.faults().pending()).isBetween(40, 49);
  }

  @Test
  void allocationsOfOthersAreNeitherChangedNorRemoved() {
    bed.openstack.placement().put(foreign(consumer, "INSTANCE"));

    for (CloudException fault :
        new CloudException[] {
          fault(() -> bed.cloud.reserve(reservation(consumer))),
          fault(() -> bed.cloud.unreserve(consumer))
        }) {
      assertThat(fault).hasMessageContaining("type INSTANCE and is left alone");
      assertThat(fault.isTransient()).isFalse();
    }
    assertThat(held().resources()).isEqualTo(Map.of("VCPU", 3));
  }

  @Test
  void unreservingIsIdempotent() throws CloudException {
    bed.cloud.reserve(reservation(consumer));

    bed.cloud.unreserve(consumer);
    bed.cloud.unreserve(consumer);

    assertThat(bed.openstack.placement().allocations()).isEmpty();
    assertThat(bed.openstack.requests("DELETE", "/allocations/")).isEqualTo(1);
  }

  @Test
  void answersThatGetLostDoNoHarm() throws CloudException {
    bed.openstack.faults().next("PUT", "/allocations/", 1, new StandInFaults.LoseAnswer());
    bed.cloud.reserve(reservation(consumer));
    assertThat(held().resources()).containsEntry("VCPU", 1);

    bed.openstack.faults().next("DELETE", "/allocations/", 1, new StandInFaults.LoseAnswer());
    bed.cloud.unreserve(consumer);
    assertThat(bed.openstack.placement().allocations()).isEmpty();
    assertThat(bed.openstack.faults().pending()).isZero();
  }
}
