package dev.hacolo.bed.openstack;

import static dev.hacolo.bed.openstack.CloudBed.fault;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.CloudServer;
import dev.hacolo.service.cloud.ComputeHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NovaContractTest {
  private final CloudBed bed = new CloudBed();

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void aServerIsReadWithItsFlavor() throws CloudException {
    StandInServer server = bed.server();

    CloudServer read = bed.cloud.server(server.uuid()).orElseThrow();

    assertThat(read)
        .isEqualTo(
            new CloudServer(
                server.uuid(),
                "web",
                CloudBed.TENANT,
                server.userId(),
                Optional.of("node-a"),
                "active",
                2,
                1024,
                10,
                CloudBed.FLAGGED));
  }

  @Test
  void aServerWithoutHostIsReadAsSuch() throws CloudException {
    StandInServer server = bed.server().onHost(null).inState("building");
    bed.openstack.nova().put(server);

    CloudServer read = bed.cloud.server(server.uuid()).orElseThrow();

    assertThat(read.host()).isEmpty();
    assertThat(read.vmState()).isEqualTo("building");
  }

  @Test
  void anUnknownServerIsAbsentButOnlyNovaMaySayThat() throws CloudException {
    UUID nobody = UUID.randomUUID();
    assertThat(bed.cloud.server(nobody)).isEmpty();

    bed.openstack
        .faults()
        .next("GET", "/servers/", 1, new StandInFaults.Status(404, Map.of(), "<html>gone</html>"));

    assertThat(fault(() -> bed.cloud.server(nobody)))
        .hasMessageContaining("Nova: GET /servers/" + nobody + " was answered with 404");
  }

  @Test
  void onlyFlaggedServersOfAllProjectsAreListed() throws CloudException {
    StandInServer flagged = bed.server();
    for (Map<String, String> specs :
        List.of(
            Map.<String, String>of(),
            Map.of("ha_colo:enabled", "false"),
            Map.of("hw:cpu_policy", "shared"))) {
      StandInServer other =
          new StandInServer(
              UUID.randomUUID(), "x", "other", "u", "node-a", "active", 1, 64, 1, specs);
      bed.openstack.nova().put(other);
    }

    assertThat(bed.cloud.protectedServers())
        .extracting(CloudServer::uuid)
        .containsExactly(flagged.uuid());
  }

  @Test
  void allPagesAreRead() throws CloudException {
    List<UUID> expected = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      expected.add(bed.server().uuid());
    }
    for (int page : List.of(3, 5, 1000)) {
      bed.openstack.nova().longestPage(page);
      assertThat(bed.cloud.protectedServers())
          .extracting(CloudServer::uuid)
          .containsExactlyElementsOf(expected);
    }
    assertThat(bed.openstack.requests("GET", "marker=")).isEqualTo(3 + 2);
  }

  @Test
  void aMarkerThatIsDeletedMeanwhileIsATransientFault() {
    StandInServer first = bed.server();
    bed.server();
    bed.openstack.nova().longestPage(1);
    // The first page passes; before the second one its marker goes.
    bed.openstack.faults().next("GET", "/servers/detail", 1, new StandInFaults.Meanwhile(() -> {}));
    bed.openstack
        .faults()
        .next(
            "GET",
            "/servers/detail",
            1,
            new StandInFaults.Meanwhile(() -> bed.openstack.nova().remove(first.uuid())));

    CloudException fault = fault(bed.cloud::protectedServers);

    assertThat(fault).hasMessageContaining("changed while it was read");
    assertThat(fault.isTransient()).isTrue();
  }

  @Test
  void anUnreachableCellIsNeverTakenForAbsence() {
    StandInServer server = bed.server();
    bed.openstack.nova().cellDown(server.uuid(), true);

    for (CloudException fault :
        List.of(fault(() -> bed.cloud.server(server.uuid())), fault(bed.cloud::protectedServers))) {
      assertThat(fault)
          .hasMessageContaining(server.uuid().toString())
          .hasMessageContaining("its cell does not answer");
      assertThat(fault.isTransient()).isTrue();
    }
  }

  @Test
  void hiddenExtraSpecsAreReportedNotReadAsNone() {
    bed.server();
    bed.openstack.nova().hideExtraSpecs(true);

    CloudException fault = fault(bed.cloud::protectedServers);

    assertThat(fault).hasMessageContaining("os_compute_api:os-flavor-extra-specs:index");
    assertThat(fault.isTransient()).isFalse();
  }

  @Test
  void computeHostsCarryTheirState() throws CloudException {
    bed.openstack.addHost(new StandInHost("node-c", "node-c.example", "rack-2", 4, 4096, 50));
    bed.openstack.addHost(StandInHost.of("node-d", 4, 4096, 50));
    bed.openstack.nova().hostState("node-a", false, true, false);
    bed.openstack.nova().hostState("node-b", true, false, false);
    bed.openstack.nova().hostState("node-d", true, true, true);

    assertThat(bed.cloud.computeHosts())
        .containsExactly(
            new ComputeHost("node-a", false, true, "nova"),
            new ComputeHost("node-b", true, false, "nova"),
            new ComputeHost("node-c", true, true, "rack-2"),
            new ComputeHost("node-d", false, true, "nova"));
  }
}
