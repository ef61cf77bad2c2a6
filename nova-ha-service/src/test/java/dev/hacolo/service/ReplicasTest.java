package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceBed;
import dev.hacolo.service.bed.ServiceClient;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Two replicas of the service on one database. */
class ReplicasTest extends EndToEnd {
  private static boolean leads(NovaHaService replica) throws IOException {
    return ServiceBed.management(replica, "/metrics").contains("hacolo_leader 1.0");
  }

  private FakeAgent agent(String host, NovaHaService second) throws Exception {
    FakeAgent agent = bed.agent(host);
    agent.alsoReportTo(second.apiPort());
    return agent;
  }

  @Test
  void oneLeadsAndBothAnswer() throws Exception {
    NovaHaService first = bed.service();
    await().until(() -> leads(first));
    NovaHaService second = bed.secondReplica();
    FakeAgent a = agent("node-a", second);
    FakeAgent b = agent("node-b", second);
    JsonNode pair = protectedPair(a);
    assertThat(leads(second)).isFalse();
    // Each order was given by one of them only.
    assertThat(a.orders()).extracting(o -> o.target()).containsOnlyOnce(SessionTarget.PRIMARY);
    assertThat(b.orders()).extracting(o -> o.target()).containsOnlyOnce(SessionTarget.SECONDARY);
    try (ServiceClient operator = bed.operatorAt(second)) {
      assertThat(operator.call("GET", "/v1/pairs/" + id(pair), "").body()).contains("PROTECTED");
    }
  }

  @Test
  void theOtherOneGoesOnWhenTheLeaderHasLostItsDatabase() throws Exception {
    NovaHaService first = bed.service();
    await().until(() -> leads(first));
    NovaHaService second = bed.secondReplica();
    FakeAgent a = agent("node-a", second);
    FakeAgent b = agent("node-b", second);
    JsonNode pair = protectedPair(a);
    bed.wire().cut();
    await().until(() -> leads(second));
    assertThat(leads(first)).isFalse();
    b.moveTo(second.apiPort());
    a.loseHost();
    UUID nonce = UUID.randomUUID();
    await()
        .ignoreExceptions()
        .until(
            () ->
                b.claim(id(pair), generation(pair), nonce, Claim.Kind.PEER_LOST).verdict()
                    == ClaimDecision.Verdict.GO_SOLO);
    try (ServiceClient operator = bed.operatorAt(second)) {
      await()
          .until(
              () ->
                  operator
                      .call("GET", "/v1/pairs/" + id(pair), "")
                      .body()
                      .contains("no host fits"));
    }
    bed.wire().mend();
  }

  @Test
  void aClaimIsDecidedOnceWhicheverReplicaHearsIt() throws Exception {
    NovaHaService second = bed.secondReplica();
    FakeAgent a = agent("node-a", second);
    FakeAgent b = agent("node-b", second);
    JsonNode pair = protectedPair(a);
    a.loseHost();
    UUID nonce = UUID.randomUUID();
    await()
        .until(
            () ->
                b.claim(id(pair), 1, nonce, Claim.Kind.PEER_LOST).verdict()
                    == ClaimDecision.Verdict.GO_SOLO);
    b.moveTo(second.apiPort());
    ClaimDecision again = b.claim(id(pair), 1, nonce, Claim.Kind.PEER_LOST);
    assertThat(again.verdict()).isEqualTo(ClaimDecision.Verdict.GO_SOLO);
    assertThat(again.generation()).isEqualTo(2);
  }
}
