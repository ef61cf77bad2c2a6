package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.PathLoad;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceBed;
import dev.hacolo.service.bed.ServiceClient;
import dev.hacolo.service.cloud.Reservation;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** From the flavor, or an operator, to Placement, the agent, and back into what the API shows. */
class SecondaryVcpusTest extends EndToEnd {
  private static final int VCPUS = 4;

  private JsonNode protectedPair(FakeAgent a, String vcpus) throws Exception {
    Map<String, String> specs = new HashMap<>(SPECS);
    specs.put("ha_colo:secondary_vcpus", vcpus);
    bed.server(INSTANCE, a, "node-a", specs, VCPUS);
    bed.notify(ServiceBed.notificationOf(VCPUS, specs));
    return bed.awaitState(INSTANCE, "PROTECTED");
  }

  private ServiceClient.Answer set(JsonNode pair, String body) throws Exception {
    return bed.operator()
        .call("POST", "/v1/pairs/" + id(pair) + "/actions/set-secondary-vcpus", body);
  }

  private void awaitCharge(int vcpus) {
    await()
        .untilAsserted(
            () ->
                assertThat(bed.cloud().reservations().values())
                    .extracting(Reservation::vcpus)
                    .containsExactly(vcpus));
  }

  private static int inEffect(FakeAgent agent, JsonNode pair) {
    SessionReport report = agent.session(id(pair)).orElseThrow();
    return Objects.requireNonNull(report.vcpuAllocation()).active();
  }

  @Test
  void theFlavorsNumberIsChargedOrderedAndShown() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a, "1");
    awaitCharge(1);
    assertThat(b.orders())
        .filteredOn(order -> order.target() == SessionTarget.SECONDARY)
        .extracting(order -> order.policyOrDefault().secondaryVcpus())
        .containsOnly(1);
    assertThat(a.orders())
        .filteredOn(order -> order.target() == SessionTarget.PRIMARY)
        .extracting(order -> order.policyOrDefault().secondaryVcpus())
        .containsOnly(1);
    JsonNode shown = bed.get("/v1/pairs/" + id(pair)).path("pair");
    assertThat(shown.path("secondary_vcpus").asInt()).isEqualTo(1);
    assertThat(shown.path("secondary_vcpus_mode").asText()).isEqualTo("FLAVOR");
    assertThat(shown.path("sessions").findValue("vcpu_allocation").path("level").asText())
        .isEqualTo("AFFINITY");
  }

  @Test
  void anOperatorChangesItOnALivePairAndTheFlavorTakesItBack() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a, "1");
    assertThat(set(pair, "{\"secondary_vcpus\": 3}").status()).isEqualTo(202);
    await().until(() -> inEffect(b, pair) == 3);
    awaitCharge(3);
    assertThat(set(pair, "{\"secondary_vcpus\": 2}").status()).isEqualTo(202);
    await().until(() -> inEffect(b, pair) == 2);
    awaitCharge(2);
    assertThat(set(pair, "{\"secondary_vcpus\": \"flavor\"}").status()).isEqualTo(202);
    await().until(() -> inEffect(b, pair) == 1);
    JsonNode now = bed.get("/v1/pairs/" + id(pair)).path("pair");
    assertThat(now.path("state").asText()).isEqualTo("PROTECTED");
    assertThat(now.path("generation").asLong()).isEqualTo(generation(pair));
    assertThat(bed.events(id(pair)))
        .containsSubsequence("PROTECTED", "SECONDARY_VCPUS", "SECONDARY_VCPUS", "SECONDARY_VCPUS");
    assertThat(bed.get("/v1/pairs/" + id(pair) + "/history").toString())
        .contains("operator olivia wants it");
  }

  @Test
  void whatIsNotAllowedIsSaidAndChangesNothing() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    JsonNode pair = protectedPair(a, "2");
    for (String body :
        new String[] {
          "{}",
          "{\"secondary_vcpus\": 0}",
          "{\"secondary_vcpus\": \"two\"}",
          "{\"secondary_vcpus\": 1.5}",
          "{\"secondary_vcpus\": 4096}"
        }) {
      ServiceClient.Answer answer = set(pair, body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.body()).contains("secondary_vcpus is").contains("allowed is");
    }
    ServiceClient.Answer tooMany = set(pair, "{\"secondary_vcpus\": 5}");
    assertThat(tooMany.status()).isEqualTo(409);
    assertThat(tooMany.body()).contains("allowed is 1 to 4");
    awaitCharge(2);
  }

  @Test
  void moreThanPlacementGivesIsRefusedAndFewerAreNot() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a, "2");
    bed.cloud().breakDown("PUT /allocations answered 409: no capacity");
    ServiceClient.Answer answer = set(pair, "{\"secondary_vcpus\": 3}");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body()).contains("node-b cannot be charged 3 vCPUs").contains("no capacity");
    assertThat(inEffect(b, pair)).isEqualTo(2);
    assertThat(set(pair, "{\"secondary_vcpus\": 1}").status()).isEqualTo(202);
    await().until(() -> inEffect(b, pair) == 1);
    bed.cloud().repair();
    awaitCharge(1);
  }

  @Test
  void aSurvivorIsChargedAllItsVcpus() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a, "1");
    a.loseHost();
    b.claim(id(pair), generation(pair), UUID.randomUUID(), Claim.Kind.PEER_LOST);
    bed.awaitState(INSTANCE, "SOLO");
    awaitCharge(VCPUS);
  }

  @Test
  void automaticModeBeginsWithAllAndWritesDownWhatItChanges() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a, "auto");
    assertThat(inEffect(b, pair)).isEqualTo(VCPUS);
    assertThat(pair.path("secondary_vcpus_mode").asText()).isEqualTo("AUTO");
    // What becomes of such reports in minutes is VcpuControllerTest's; here they arrive and are
    // read.
    a.sessions().load(id(pair), new PathLoad(10, 5_000, 3, 1));
    await()
        .until(
            () ->
                !bed.get("/v1/pairs/" + id(pair))
                    .path("pair")
                    .path("sessions")
                    .findPath("path_load")
                    .isMissingNode());
    assertThat(a.session(id(pair)).orElseThrow().pathLoad()).isNotNull();
  }
}
