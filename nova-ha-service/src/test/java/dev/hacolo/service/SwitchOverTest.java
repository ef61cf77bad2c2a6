package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceClient;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Planned changes of the roles. */
class SwitchOverTest extends EndToEnd {
  private JsonNode awaitProtected(String primary, String secondary) {
    return bed.awaitPair(
        INSTANCE,
        "protected on %s and %s".formatted(primary, secondary),
        p ->
            p.path("state").asText().equals("PROTECTED")
                && p.path("primary_host").asText().equals(primary)
                && p.path("secondary_host").asText().equals(secondary));
  }

  @Test
  void theRolesChangeAndThePairIsProtectedAgain() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    assertThat(order(pair, "switch-over", "").status()).isEqualTo(202);
    awaitProtected("node-b", "node-a");
    assertThat(a.handOvers()).containsExactly(generation(pair));
    assertThat(b.runs(INSTANCE)).isTrue();
    assertThat(a.runs(INSTANCE)).isFalse();
    await().until(() -> bed.cloud().activeBinding(INSTANCE).equals(Optional.of("node-b")));
    assertThat(bed.events(id(pair)))
        .containsSubsequence(
            "SWITCH_OVER_ORDERED", "PRIMARY_LOST", "SWITCHED_OVER", "SERVING_ALONE", "PROTECTED")
        .doesNotContain("FAILOVER_ORDERED", "SWITCH_OVER_FAILED");
    assertThat(bed.get("/v1/pairs/" + id(pair) + "/history").toString())
        .contains("\"operator\":\"olivia\"")
        .contains("a switch-over ordered by operator olivia");
  }

  @Test
  void theAgentsRefusalIsTheAnswer() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    a.refuseHandOver("the disk's mirror is not in step");
    ServiceClient.Answer answer = order(pair, "switch-over", "");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body()).contains("the disk's mirror is not in step");
    JsonNode still = now(pair);
    assertThat(still.path("state").asText()).isEqualTo("PROTECTED");
    assertThat(still.path("generation").asLong()).isEqualTo(generation(pair));
    assertThat(still.has("standing_order")).isFalse();
    assertThat(bed.events(id(pair)))
        .containsSubsequence("SWITCH_OVER_ORDERED", "SWITCH_OVER_FAILED");
    a.refuseHandOver(null);
    assertThat(order(pair, "switch-over", "").status()).isEqualTo(202);
    awaitProtected("node-b", "node-a");
  }

  @Test
  void anOrderThatStandsIsNotGivenTwiceNorForgottenByARestart() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    a.stallHandOvers();
    assertThat(order(pair, "switch-over", "").status()).isEqualTo(202);
    assertThat(order(pair, "switch-over", "").status()).isEqualTo(202);
    assertThat(a.handOvers()).hasSize(1);
    bed.restartService();
    assertThat(now(pair).path("standing_order").path("kind").asText()).isEqualTo("SWITCH_OVER");
    assertThat(order(pair, "suspend", "").body()).contains("a switch-over ordered by operator");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> bed.events(id(pair)).contains("SWITCH_OVER_FAILED"));
    JsonNode still = now(pair);
    assertThat(still.path("state").asText()).isEqualTo("PROTECTED");
    assertThat(still.path("reason").asText()).contains("have not changed within 30 s");
    assertThat(a.handOvers()).hasSize(1);
  }

  @Test
  void onlyAProtectedPairWithTwoLiveAgentsSwitchesOver() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    b.kill();
    await().until(() -> !bed.get("/v1/hosts/node-b").path("host").path("alive").asBoolean(true));
    assertThat(order(pair, "switch-over", "").body()).contains("the agent on node-b is silent");
    assertThat(a.handOvers()).isEmpty();
    assertThat(order(pair, "test-failover", "").status()).isEqualTo(409);
  }

  @Test
  void aTestFailoverGoesOutAndBack() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    bed.agent("node-c");
    assertThat(order(pair, "test-failover", "").status()).isEqualTo(202);
    await().until(() -> bed.events(id(pair)).contains("TEST_FAILOVER_PASSED"));
    JsonNode back = bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(back.path("primary_host").asText()).isEqualTo("node-a");
    assertThat(a.handOvers()).hasSize(1);
    assertThat(b.handOvers()).hasSize(1);
    assertThat(a.runs(INSTANCE)).isTrue();
    assertThat(bed.events(id(pair)))
        .containsSubsequence(
            "TEST_FAILOVER_ORDERED",
            "SWITCHED_OVER",
            "HOST_CHOSEN",
            "PROTECTED",
            "SWITCH_OVER_ORDERED",
            "TEST_FAILOVER_PASSED");
  }

  @Test
  void aRestartedServiceGoesOnWithATest() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    b.hold(SessionPhase.MIRRORING);
    assertThat(order(pair, "test-failover", "").status()).isEqualTo(202);
    bed.awaitPair(
        INSTANCE,
        "the sync back",
        p ->
            p.path("primary_host").asText().equals("node-b")
                && p.path("disk_percent").asInt() == 50);
    bed.restartService();
    JsonNode standing = now(pair).path("standing_order");
    assertThat(standing.path("kind").asText()).isEqualTo("TEST_FAILOVER");
    assertThat(standing.path("step").asText()).isEqualTo("AWAY");
    b.release();
    await().until(() -> bed.events(id(pair)).contains("TEST_FAILOVER_PASSED"));
    assertThat(now(pair).path("primary_host").asText()).isEqualTo("node-a");
  }

  @Test
  void aTestThatCannotComeBackSaysSoAndThePairIsProtectedElsewhere() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    bed.agent("node-c");
    b.hold(SessionPhase.MIRRORING);
    assertThat(order(pair, "test-failover", "").status()).isEqualTo(202);
    bed.awaitPair(
        INSTANCE,
        "the sync back",
        p ->
            p.path("primary_host").asText().equals("node-b")
                && p.path("disk_percent").asInt() == 50);
    a.loseHost();
    b.release();
    awaitProtected("node-b", "node-c");
    assertThat(bed.events(id(pair)))
        .contains("TEST_FAILOVER_FAILED")
        .doesNotContain("TEST_FAILOVER_PASSED");
  }
}
