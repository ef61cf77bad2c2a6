package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The fencing command behind decided claims. */
class FencingTest extends EndToEnd {
  @Test
  void aHostThatLostWithoutAWordIsFencedAndTheHistorySaysWhatCameOfIt() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    bed.fencing("echo \"$1 $2 $3 is off\"");
    a.loseHost();
    b.claim(id(pair), generation(pair), UUID.randomUUID(), Claim.Kind.PEER_LOST);
    await().until(() -> bed.events(id(pair)).contains("FENCED"));
    assertThat(bed.get("/v1/pairs/" + id(pair) + "/history").toString())
        .contains("%s node-a %d is off".formatted(INSTANCE, generation(pair) + 1));
    // What a pair waits for is not what the command said.
    assertThat(bed.awaitState(INSTANCE, "SOLO").path("reason").asText()).doesNotContain("is off");
  }

  @Test
  void aCommandThatFailsChangesNothing() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    bed.fencing("sleep 60");
    a.loseHost();
    b.claim(id(pair), generation(pair), UUID.randomUUID(), Claim.Kind.PEER_LOST);
    bed.awaitState(INSTANCE, "SOLO");
    assertThat(bed.events(id(pair))).doesNotContain("FENCED", "FENCING_FAILED");
    await().until(() -> bed.events(id(pair)).contains("FENCING_FAILED"));
    assertThat(b.runs(INSTANCE)).isTrue();
  }

  @Test
  void aPrimaryThatAnsweredOrRenouncedIsNot() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    a.fail(id(pair), SessionPhase.PROTECTED, "its QEMU died");
    b.claim(id(pair), generation(pair), UUID.randomUUID(), Claim.Kind.PEER_LOST);
    bed.awaitPair(INSTANCE, "B serves", p -> p.path("primary_host").asText().equals("node-b"));
    bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(bed.events(id(pair)))
        .contains("PRIMARY_LOST")
        .doesNotContain("FENCED", "FENCING_FAILED");
  }
}
