package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceBed;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The service and agents are killed and come back. */
class RestartTest extends EndToEnd {
  @Test
  void theServiceGoesOnAfterARestartAtEveryStep() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    bed.awaitPair(INSTANCE, "waiting", p -> p.path("reason").asText().startsWith("no second"));
    bed.restartService();

    FakeAgent b = bed.agent("node-b");
    b.hold(SessionPhase.PREPARING);
    a.hold(SessionPhase.MIRRORING);
    bed.awaitState(INSTANCE, "SYNCING");
    bed.restartService();
    b.release();
    bed.awaitPair(INSTANCE, "progress", p -> p.path("disk_percent").asInt() == 50);
    bed.restartService();
    a.release();
    JsonNode pair = bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(generation(pair)).isEqualTo(1);
    assertThat(bed.events(id(pair))).doesNotContain("ABANDONED");
    bed.restartService();

    a.loseHost();
    bed.agent("node-c").hold(SessionPhase.PREPARING);
    UUID nonce = UUID.randomUUID();
    await()
        .until(
            () ->
                b.claim(id(pair), 1, nonce, Claim.Kind.PEER_LOST).verdict()
                    == ClaimDecision.Verdict.GO_SOLO);
    bed.restartService();
    JsonNode next = bed.awaitPair(INSTANCE, "a new secondary", p -> generation(p) == 3);
    assertThat(next.path("primary_host").asText()).isEqualTo("node-b");
    assertThat(b.claim(id(pair), 1, nonce, Claim.Kind.PEER_LOST).verdict())
        .isEqualTo(ClaimDecision.Verdict.GO_SOLO);
  }

  @Test
  void aDeposedPrimaryThatComesBackStandsDownBeforeItIsUsedAgain() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    // Its agent dies, its VM lives: the worst case for a returning host.
    a.kill();
    b.claim(id(pair), generation(pair), UUID.randomUUID(), Claim.Kind.PEER_LOST);
    bed.awaitState(INSTANCE, "SOLO");
    assertThat(a.runs(INSTANCE)).isTrue();
    a.restart(bed.service().apiPort());
    JsonNode again = bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(again.path("secondary_host").asText()).isEqualTo("node-a");
    assertThat(a.orders().stream().map(SessionOrder::target))
        .containsSubsequence(
            SessionTarget.PRIMARY,
            SessionTarget.STAND_DOWN,
            SessionTarget.ABSENT,
            SessionTarget.SECONDARY);
    assertThat(a.runs(INSTANCE)).isFalse();
  }
}
