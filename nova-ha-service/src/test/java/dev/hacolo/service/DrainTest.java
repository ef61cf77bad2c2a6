package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceBed;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Hosts that pairs have to leave. */
class DrainTest extends EndToEnd {
  private static final Duration LONG = Duration.ofSeconds(60);

  private int act(String host, String action) throws Exception {
    return bed.operator().call("POST", "/v1/hosts/" + host + "/actions/" + action, "").status();
  }

  private JsonNode host(String name) throws Exception {
    return bed.get("/v1/hosts/" + name).path("host");
  }

  private JsonNode protect(UUID instance, FakeAgent on, String host) throws Exception {
    bed.server(instance, on, host, SPECS);
    bed.notify(
        ServiceBed.notification("instance.create.end", instance, "create-" + instance, host));
    return bed.awaitState(instance, "PROTECTED");
  }

  @Test
  void secondariesMovePrimariesSwitchOverAndTheHostIsUsedAgainAfterwards() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    UUID other = UUID.randomUUID();
    JsonNode mine = protectedPair(a);
    JsonNode its = protect(other, b, "node-b");
    FakeAgent c = bed.agent("node-c");
    await().until(() -> bed.get("/v1/hosts").path("hosts").size() == 3);
    assertThat(host("node-b").path("drained").asBoolean()).isFalse();
    assertThat(host("node-b").path("primaries").asInt()).isEqualTo(1);
    assertThat(host("node-b").path("secondaries").asInt()).isEqualTo(1);

    assertThat(act("node-b", "drain")).isEqualTo(202);
    assertThat(act("node-b", "drain")).isEqualTo(202);
    assertThat(host("node-b").path("drained").asBoolean()).isTrue();
    assertThat(host("node-b").path("drain").path("operator").asText()).isEqualTo("olivia");
    // Before its agent was asked a switch-over would be given up after its deadline, and tried
    // again.
    await().until(() -> b.handOvers().size() == 1);
    bed.restartService();
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(
            () ->
                host("node-b").path("primaries").asInt() == 0
                    && host("node-b").path("secondaries").asInt() == 0);
    for (UUID instance : List.of(INSTANCE, other)) {
      JsonNode pair = bed.awaitState(instance, "PROTECTED");
      assertThat(List.of(pair.path("primary_host").asText(), pair.path("secondary_host").asText()))
          .containsExactlyInAnyOrder("node-a", "node-c");
    }
    await().until(() -> b.session(id(mine)).isEmpty() && b.session(id(its)).isEmpty());
    assertThat(b.runs(other)).isFalse();
    assertThat(bed.events(id(mine))).contains("MOVE_ORDERED");
    assertThat(bed.events(id(its)))
        .containsSubsequence("SWITCH_OVER_ORDERED", "SWITCHED_OVER", "PROTECTED");
    assertThat(bed.get("/v1/pairs/" + id(its) + "/history").toString())
        .contains("\"operator\":\"olivia\"");

    c.kill();
    assertThat(act("node-b", "undrain")).isEqualTo(202);
    assertThat(act("node-b", "undrain")).isEqualTo(202);
    assertThat(host("node-b").path("drained").asBoolean()).isFalse();
    UUID third = UUID.randomUUID();
    JsonNode pair = protect(third, a, "node-a");
    assertThat(pair.path("secondary_host").asText()).isEqualTo("node-b");
  }

  @Test
  void aDrainedHostTakesNoSecondaryAndThePairSaysWhy() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    await().until(() -> bed.get("/v1/hosts").path("hosts").size() == 2);
    assertThat(act("node-b", "drain")).isEqualTo(202);
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    bed.awaitPair(
        INSTANCE,
        "the reason",
        p -> p.path("reason").asText().contains("node-b: it is drained by operator olivia"));
    assertThat(act("node-b", "undrain")).isEqualTo(202);
    bed.awaitState(INSTANCE, "PROTECTED");
  }

  @Test
  void aPairWithoutAnotherHostStaysProtected() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    assertThat(act("node-b", "drain")).isEqualTo(202);
    JsonNode waiting =
        bed.awaitPair(INSTANCE, "why", p -> p.path("reason").asText().contains("no host fits"));
    assertThat(waiting.path("state").asText()).isEqualTo("PROTECTED");
    assertThat(host("node-b").path("secondaries").asInt()).isEqualTo(1);
    bed.agent("node-c");
    bed.awaitPair(
        INSTANCE,
        "the move",
        p ->
            p.path("state").asText().equals("PROTECTED")
                && p.path("secondary_host").asText().equals("node-c"));
    assertThat(generation(now(pair))).isGreaterThan(generation(pair));
  }

  @Test
  void whatIsNotKnownIsNotDrained() throws Exception {
    assertThat(act("node-z", "drain")).isEqualTo(404);
    assertThat(act("node-z", "undrain")).isEqualTo(404);
    bed.agent("node-a");
    await().until(() -> bed.get("/v1/hosts").path("hosts").size() == 1);
    assertThat(act("node-a", "explode")).isEqualTo(404);
  }
}
