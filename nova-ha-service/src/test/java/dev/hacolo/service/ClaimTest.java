package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.ClaimDecision.Verdict;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceClient;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Claims against the whole service. */
class ClaimTest extends EndToEnd {
  private static Future<ServiceClient.Answer> race(FakeAgent agent, Claim claim) throws Exception {
    return agent
        .client()
        .send("POST", "/agent/v1/claims", ApiJson.mapper().writeValueAsString(claim));
  }

  private static ClaimDecision decision(Future<ServiceClient.Answer> answer) throws Exception {
    String body = answer.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS).body();
    return ApiJson.mapper().readValue(body, ClaimDecision.class);
  }

  @RepeatedTest(3)
  void ofTwoClaimsAtOnceExactlyOneWins() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    long generation = generation(pair);
    List<Future<ServiceClient.Answer>> answers =
        List.of(
            race(b, claim(pair, "node-b", generation)),
            race(a, claim(pair, "node-a", generation)),
            race(b, claim(pair, "node-b", generation)),
            race(a, claim(pair, "node-a", generation)));
    List<ClaimDecision> fromB = List.of(decision(answers.get(0)), decision(answers.get(2)));
    List<ClaimDecision> fromA = List.of(decision(answers.get(1)), decision(answers.get(3)));
    // Both of one side say "go", both of the other "stand down", all in the same generation.
    assertThat(fromA).extracting(ClaimDecision::verdict).containsOnly(fromA.get(0).verdict());
    assertThat(fromB).extracting(ClaimDecision::verdict).containsOnly(fromB.get(0).verdict());
    assertThat(List.of(fromA.get(0).verdict(), fromB.get(0).verdict()))
        .containsExactlyInAnyOrder(Verdict.GO_SOLO, Verdict.STAND_DOWN);
    assertThat(bed.events(id(pair)))
        .filteredOn(event -> event.equals("PRIMARY_LOST") || event.equals("SECONDARY_LOST"))
        .hasSize(1);
  }

  private static Claim claim(JsonNode pair, String host, long generation) {
    return new Claim(id(pair), generation, host, UUID.randomUUID(), Claim.Kind.PEER_LOST, "silent");
  }

  @Test
  void aPrimaryThatAnswersIsPreferred() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    ClaimDecision answer =
        b.claim(id(pair), generation(pair), UUID.randomUUID(), Claim.Kind.PEER_LOST);
    assertThat(answer.verdict()).isEqualTo(Verdict.STAND_DOWN);
    JsonNode again =
        bed.awaitPair(
            INSTANCE,
            "protected in a later generation",
            p -> p.path("state").asText().equals("PROTECTED") && generation(p) == 3);
    assertThat(again.path("primary_host").asText()).isEqualTo("node-a");
    assertThat(a.orders()).anyMatch(order -> order.target() == SessionTarget.SOLO);
    assertThat(bed.cloud().activeBinding(INSTANCE)).contains("node-a");
  }

  @Test
  void theSameNonceGetsTheSameAnswer() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    b.loseHost();
    UUID nonce = UUID.randomUUID();
    ClaimDecision first = a.claim(id(pair), 1, nonce, Claim.Kind.PEER_LOST);
    ClaimDecision second = a.claim(id(pair), 1, nonce, Claim.Kind.PEER_LOST);
    assertThat(first.verdict()).isEqualTo(Verdict.GO_SOLO);
    assertThat(second).isEqualTo(first);
    bed.awaitState(INSTANCE, "SOLO");
  }

  @Test
  void aPrimaryThatGivesUpHandsOverToTheSecondary() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    a.fail(id(pair), SessionPhase.PROTECTED, "its QEMU died");
    assertThat(a.claim(id(pair), 1, UUID.randomUUID(), Claim.Kind.RENOUNCE).verdict())
        .isEqualTo(Verdict.STAND_DOWN);
    // No claim of B's was needed: it is ordered to go on.
    await()
        .until(() -> b.orders().stream().anyMatch(order -> order.target() == SessionTarget.SOLO));
    bed.awaitPair(INSTANCE, "B serves", p -> p.path("primary_host").asText().equals("node-b"));
  }

  @Test
  void aSecondaryWhoseAgentRestartedDoesNotWin() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    b.kill();
    b.restart(bed.service().apiPort());
    bed.awaitPair(
        INSTANCE,
        "B's report",
        p -> bed.service() != null && p.path("state").asText().equals("PROTECTED"));
    a.loseHost();
    ClaimDecision answer = b.claim(id(pair), 1, UUID.randomUUID(), Claim.Kind.PEER_LOST);
    assertThat(answer.verdict()).isEqualTo(Verdict.WAIT);
    assertThat(answer.reason()).contains("restarted");
  }

  @Test
  void anUnknownPairIsNotFound() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.awaitPair(INSTANCE, "nothing", p -> true);
    Claim claim =
        new Claim(
            UUID.randomUUID(), 1, "node-a", UUID.randomUUID(), Claim.Kind.PEER_LOST, "silent");
    await()
        .until(
            () ->
                race(a, claim)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)
                        .status()
                    == 404);
  }
}
