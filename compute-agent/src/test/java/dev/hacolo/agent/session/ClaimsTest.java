package dev.hacolo.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClaimsTest {
  private final EventLoop loop = new EventLoop();
  private final FakeService service = new FakeService();
  private final Claims claims = new Claims(loop.vertx(), service);
  private final List<ClaimDecision> decisions = new CopyOnWriteArrayList<>();
  private final AtomicBoolean wanted = new AtomicBoolean(true);

  @AfterEach
  void stop() {
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  private void send() {
    Claim claim =
        new Claim(new UUID(1, 1), 1, "a", UUID.randomUUID(), Claim.Kind.PEER_LOST, "silent");
    loop.run(() -> claims.send(claim, wanted::get, decisions::add));
  }

  @Test
  void aDecisionEndsIt() {
    send();
    assertThat(decisions)
        .extracting(ClaimDecision::verdict)
        .containsExactly(ClaimDecision.Verdict.GO_SOLO);
    assertThat(service.claims()).hasSize(1);
  }

  @Test
  void aLostAnswerIsAskedForWithTheSameNonceAndDecidedOnce() {
    service.loseAnswers(2);
    send();
    await().until(() -> !decisions.isEmpty());
    assertThat(service.claims()).hasSize(3);
    assertThat(service.claims())
        .extracting(Claim::nonce)
        .containsOnly(service.claims().get(0).nonce());
    // With another nonce the second attempt would have been told that it lost, against itself.
    assertThat(decisions)
        .extracting(ClaimDecision::verdict)
        .containsExactly(ClaimDecision.Verdict.GO_SOLO);
  }

  @Test
  void waitIsAnAnswerAndTheNextQuestionANewOne() {
    service.sayWait(2);
    send();
    await().until(() -> !decisions.isEmpty());
    assertThat(service.claims()).extracting(Claim::nonce).doesNotHaveDuplicates().hasSize(3);
  }

  @Test
  void aClaimThatIsNotWantedAnyMoreEnds() {
    service.loseAnswers(100);
    send();
    await().until(() -> service.claims().size() >= 2);
    wanted.set(false);
    int sent = service.claims().size();
    loop.get(() -> loop.vertx().timer(600, TimeUnit.MILLISECONDS));
    assertThat(service.claims()).hasSizeLessThanOrEqualTo(sent + 1);
    assertThat(decisions).isEmpty();
  }
}
