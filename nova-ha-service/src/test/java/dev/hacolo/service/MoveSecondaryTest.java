package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceClient;
import org.junit.jupiter.api.Test;

/** Another host for a live pair's secondary. */
class MoveSecondaryTest extends EndToEnd {
  private JsonNode awaitSecondary(String host) {
    return bed.awaitPair(
        INSTANCE,
        "the secondary on " + host,
        p ->
            p.path("state").asText().equals("PROTECTED")
                && p.path("secondary_host").asText().equals(host));
  }

  @Test
  void itGoesWhereItIsToldAndElsewhereIfItIsNotTold() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    bed.agent("node-c");
    bed.agent("node-d");
    await().until(() -> bed.get("/v1/hosts").path("hosts").size() == 4);
    String toD = "{\"host\": \"node-d\"}";
    await().until(() -> order(pair, "move-secondary", toD).status() == 202);
    awaitSecondary("node-d");
    await().until(() -> b.session(id(pair)).isEmpty());
    assertThat(bed.cloud().reservations().values())
        .singleElement()
        .satisfies(r -> assertThat(r.host()).isEqualTo("node-d"));
    assertThat(order(pair, "move-secondary", toD).status()).isEqualTo(202);
    assertThat(now(pair).path("state").asText()).isEqualTo("PROTECTED");

    assertThat(order(pair, "move-secondary", "").status()).isEqualTo(202);
    JsonNode moved =
        bed.awaitPair(
            INSTANCE,
            "another secondary",
            p ->
                p.path("state").asText().equals("PROTECTED")
                    && !p.path("secondary_host").asText().equals("node-d"));
    assertThat(moved.has("standing_order")).isFalse();
    assertThat(a.runs(INSTANCE)).isTrue();
    assertThat(bed.events(id(pair)))
        .containsSubsequence("MOVE_ORDERED", "SECONDARY_DROPPED", "HOST_CHOSEN", "PROTECTED");
  }

  @Test
  void theOrderSurvivesARestart() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    FakeAgent c = bed.agent("node-c");
    c.refuse("a test holds it");
    await().until(() -> bed.get("/v1/hosts").path("hosts").size() == 3);
    await().until(() -> order(pair, "move-secondary", "").status() == 202);
    bed.awaitPair(INSTANCE, "a failed attempt", p -> p.path("attempts").asInt() >= 1);
    bed.restartService();
    JsonNode waiting = now(pair);
    assertThat(waiting.path("standing_order").path("kind").asText()).isEqualTo("MOVE_SECONDARY");
    assertThat(waiting.path("standing_order").path("operator").asText()).isEqualTo("olivia");
    c.refuse(null);
    awaitSecondary("node-c");
    assertThat(b.session(id(pair))).isEmpty();
  }

  @Test
  void whatIsInTheWayIsSaidAndThePairStaysProtected() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    bed.agent("node-x").withQemu("9.0.0");
    ServiceClient.Answer[] answer = new ServiceClient.Answer[1];
    await()
        .until(
            () -> {
              answer[0] = order(pair, "move-secondary", "{\"host\": \"node-x\"}");
              return answer[0].body().contains("QEMU version");
            });
    assertThat(answer[0].status()).isEqualTo(409);
    assertThat(answer[0].body()).contains("node-x: its QEMU version is '9.0.0'");
    assertThat(order(pair, "move-secondary", "{\"host\": \"node-z\"}").body())
        .contains("no agent of the name node-z has reported");
    assertThat(order(pair, "move-secondary", "").body()).contains("no host fits");
    assertThat(order(pair, "move-secondary", "{\"host\": \"\"}").status()).isEqualTo(400);
    assertThat(order(pair, "move-secondary", "[]").status()).isEqualTo(400);
    assertThat(now(pair).path("state").asText()).isEqualTo("PROTECTED");
    assertThat(bed.events(id(pair))).doesNotContain("MOVE_ORDERED");
  }
}
