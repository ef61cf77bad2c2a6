package dev.hacolo.bed.openstack;

import static dev.hacolo.bed.openstack.CloudBed.fault;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.service.cloud.CloudException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NeutronContractTest {
  private static final Map<String, String> PREPARED =
      Map.of("node-a", "ACTIVE", "node-b", "INACTIVE");
  private static final Map<String, String> MOVED = Map.of("node-a", "INACTIVE", "node-b", "ACTIVE");
  private static final Map<String, String> ALONE = Map.of("node-a", "ACTIVE");

  private final CloudBed bed = new CloudBed();
  private final UUID server = bed.server().uuid();
  private final UUID port = bed.port(server);

  @AfterEach
  void close() {
    bed.close();
  }

  private Map<String, String> bindings() {
    return bed.openstack.neutron().bindings(port);
  }

  @Test
  void bindingIsInactiveAndIdempotent() throws CloudException {
    bed.cloud.bindPorts(server, "node-b");
    bed.cloud.bindPorts(server, "node-b");

    assertThat(bindings()).isEqualTo(PREPARED);
    assertThat(bed.openstack.requests("POST", "/bindings")).isEqualTo(1);
  }

  @Test
  void bindingWhereThePortIsActiveChangesNothing() throws CloudException {
    bed.cloud.bindPorts(server, "node-a");

    assertThat(bindings()).isEqualTo(ALONE);
  }

  @Test
  void unbindingIsIdempotentAndSparesTheActiveBinding() throws CloudException {
    bed.cloud.bindPorts(server, "node-b");

    bed.cloud.unbindPorts(server, "node-b");
    bed.cloud.unbindPorts(server, "node-b");
    bed.cloud.unbindPorts(server, "node-a");

    assertThat(bindings()).isEqualTo(ALONE);
    assertThat(bed.openstack.requests("DELETE", "/bindings/")).isEqualTo(1);
  }

  @Test
  void activatingIsIdempotent() throws CloudException {
    bed.cloud.bindPorts(server, "node-b");

    bed.cloud.activatePorts(server, "node-b");
    bed.cloud.activatePorts(server, "node-b");

    assertThat(bindings()).isEqualTo(MOVED);
    assertThat(bed.openstack.neutron().activations())
        .containsExactly(new StandInNeutron.Activation(port, "node-b"));
  }

  @Test
  void activatingMakesAMissingBinding() throws CloudException {
    bed.cloud.activatePorts(server, "node-b");

    assertThat(bindings()).isEqualTo(MOVED);
  }

  @Test
  void allPortsOfTheServerAndNoOthersAreTouched() throws CloudException {
    List<UUID> ports = new ArrayList<>(List.of(port));
    for (int i = 0; i < 4; i++) {
      ports.add(bed.port(server));
    }
    UUID stranger = bed.port(UUID.randomUUID());
    UUID router = UUID.randomUUID();
    bed.openstack
        .neutron()
        .put(new StandInPort(router, server, "network:dhcp", "node-a", "fa:16:3e:00:00:02"));
    bed.openstack.neutron().longestPage(2);

    bed.cloud.bindPorts(server, "node-b");

    assertThat(ports).allSatisfy(id -> assertThat(of(id)).isEqualTo(PREPARED));
    assertThat(List.of(stranger, router)).allSatisfy(id -> assertThat(of(id)).isEqualTo(ALONE));
  }

  private Map<String, String> of(UUID id) {
    return bed.openstack.neutron().bindings(id);
  }

  @Test
  void aServerWithoutPortsNeedsNothing() throws CloudException {
    UUID bare = bed.server().uuid();

    bed.cloud.bindPorts(bare, "node-b");
    bed.cloud.activatePorts(bare, "node-b");
    bed.cloud.unbindPorts(bare, "node-b");

    assertThat(bed.openstack.requests("GET", "/bindings")).isZero();
  }

  @Test
  void aHostWithoutAgentIsATransientFault() {
    bed.openstack.neutron().agent("node-b", false);

    CloudException fault = fault(() -> bed.cloud.bindPorts(server, "node-b"));

    assertThat(fault)
        .hasMessageContaining("Neutron: POST /v2.0/ports/" + port + "/bindings")
        .hasMessageContaining("500")
        .hasMessageContaining("could not be created or updated");
    assertThat(fault.isTransient()).isTrue();
    assertThat(bindings()).isEqualTo(ALONE);
  }

  @Test
  void aPortThatVanishesMeanwhileNeedsNoUnbinding() throws CloudException {
    bed.cloud.bindPorts(server, "node-b");
    bed.openstack
        .faults()
        .next(
            "DELETE",
            "/bindings/",
            1,
            new StandInFaults.Meanwhile(() -> bed.openstack.neutron().remove(port)));

    bed.cloud.unbindPorts(server, "node-b");

    assertThat(bindings()).isEmpty();
  }

  @Test
  void aBindingMadeMeanwhileIsTakenAsItIs() throws CloudException {
    bed.openstack
        .faults()
        .next(
            "POST",
            "/bindings",
            1,
            new StandInFaults.Meanwhile(() -> bed.openstack.neutron().bind(port, "node-b")));

    bed.cloud.bindPorts(server, "node-b");

    assertThat(bindings()).isEqualTo(PREPARED);
  }

  @Test
  void answersThatGetLostDoNoHarm() throws CloudException {
    StandInFaults faults = bed.openstack.faults();
    faults.next("POST", "/bindings", 1, new StandInFaults.LoseAnswer());
    bed.cloud.bindPorts(server, "node-b");
    assertThat(bindings()).isEqualTo(PREPARED);

    faults.next("PUT", "/activate", 1, new StandInFaults.LoseAnswer());
    bed.cloud.activatePorts(server, "node-b");
    assertThat(bindings()).isEqualTo(MOVED);

    faults.next("DELETE", "/bindings/", 1, new StandInFaults.LoseAnswer());
    bed.cloud.unbindPorts(server, "node-a");
    assertThat(bindings()).isEqualTo(Map.of("node-b", "ACTIVE"));
    assertThat(faults.pending()).isZero();
  }
}
