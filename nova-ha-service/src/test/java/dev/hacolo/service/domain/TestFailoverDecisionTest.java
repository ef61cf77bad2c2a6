package dev.hacolo.service.domain;

import static dev.hacolo.service.domain.Fixtures.NOW;
import static dev.hacolo.service.domain.Protected.accepted;
import static dev.hacolo.service.domain.Protected.promoted;
import static dev.hacolo.service.domain.Protected.refused;
import static dev.hacolo.service.domain.Protected.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.domain.OperatorOrders.Result;
import dev.hacolo.service.domain.StandingOrder.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TestFailoverDecisionTest {
  private final Protected world = new Protected();
  private Instant now = NOW;
  private Pair pair = world.pair;

  @BeforeEach
  void order() {
    pair = accepted(SwitchOverOrders.testFailover(pair, world.hosts(), "olivia", now));
  }

  private PairEvent step() {
    Transition transition = transition(world.decide(pair, now));
    pair = transition.after();
    return transition.event();
  }

  private Step inStep() {
    return pair.standingOrder().orElseThrow().step();
  }

  private boolean rests() {
    return world.decide(pair, now).action() instanceof Action.Rest;
  }

  /** The primary has handed over, its host is empty, and its successor serves. */
  private void handOver() {
    pair = promoted(pair, now);
    world.report(pair);
  }

  private void serve() {
    Fixtures.Host winner = pair.isPrimary("a") ? world.a : world.b;
    winner.guest = true;
    winner.sessions = List.of(Fixtures.session(pair, SessionTarget.SOLO, SessionPhase.SOLO, true));
    pair = Transitions.servingAlone(pair, now).after();
  }

  /** From SOLO on b to the step AWAY. */
  private void away() {
    handOver();
    assertThat(step()).isEqualTo(PairEvent.SWITCHED_OVER);
    assertThat(inStep()).isEqualTo(Step.AWAY);
    serve();
  }

  private void protect() {
    assertThat(step()).isEqualTo(PairEvent.HOST_CHOSEN);
    assertThat(pair.members().secondary()).contains("a");
    pair =
        Transitions.protectedBy(
                Transitions.resourcesReady(pair, now).after(), Fixtures.INC_B, Fixtures.INC_A, now)
            .after();
    world.report(pair);
  }

  private void back() {
    Decision decision = world.decide(pair, now);
    assertThat(decision.action()).isInstanceOf(Action.HandOver.class);
    assertThat(step()).isEqualTo(PairEvent.SWITCH_OVER_ORDERED);
    assertThat(inStep()).isEqualTo(Step.BACK);
  }

  @Test
  void outAndBack() {
    assertThat(rests()).isTrue();
    away();
    world.c.memoryKib = 64L << 20; // better, but not where the instance was
    protect();
    back();
    assertThat(rests()).isTrue();
    handOver();
    assertThat(step()).isEqualTo(PairEvent.NOTED); // b is empty
    assertThat(rests()).isTrue();
    serve();
    Transition passed = transition(world.decide(pair, now.plusSeconds(60)));
    assertThat(passed.event()).isEqualTo(PairEvent.TEST_FAILOVER_PASSED);
    assertThat(passed.reason()).contains("b has served, and a serves again").contains("olivia");
    assertThat(passed.detail()).containsEntry("took_ms", 60_000L);
    assertThat(passed.after().standingOrder()).isEmpty();
  }

  @Test
  void aWayOutThatIsNotTakenEndsIt() {
    now = NOW.plus(HandOverWatch.DEADLINE);
    assertThat(step()).isEqualTo(PairEvent.TEST_FAILOVER_FAILED);
    assertThat(pair.reason()).contains("serves on a").contains("the way out").contains("30 s");
    assertThat(pair.state()).isEqualTo(PairState.PROTECTED);
  }

  @Test
  void theWayBackIsTriedThreeTimesWithPausesBetween() {
    away();
    protect();
    for (int attempt = 1; attempt < OrderTransitions.WAYS_BACK; attempt++) {
      back();
      now = now.plus(HandOverWatch.DEADLINE);
      assertThat(step()).isEqualTo(PairEvent.SWITCH_OVER_FAILED);
      assertThat(rests()).isTrue();
      now = now.plus(TestFailoverDecision.PAUSE);
    }
    back();
    now = now.plus(HandOverWatch.DEADLINE);
    assertThat(step()).isEqualTo(PairEvent.TEST_FAILOVER_FAILED);
    assertThat(pair.reason()).contains("serves on b").contains("the way back");
    assertThat(pair.state()).isEqualTo(PairState.PROTECTED);
  }

  @Test
  void anOldHostThatDoesNotBecomeFreeIsNotWaitedForTooLong() {
    away();
    world.a.guest = true; // its former copy is still there
    assertThat(step()).isEqualTo(PairEvent.NOTED);
    assertThat(pair.reason()).contains("a former copy of this guest").contains("c: it is not a");
    world.a.guest = false;
    world.a.problems = List.of("no room");
    assertThat(step()).isEqualTo(PairEvent.NOTED);
    now = now.plus(TestFailoverDecision.HOST_FREE);
    assertThat(step()).isEqualTo(PairEvent.TEST_FAILOVER_FAILED);
    assertThat(pair.reason()).contains("a could not take the secondary within 10 min");
    assertThat(step()).isEqualTo(PairEvent.HOST_CHOSEN);
    assertThat(pair.members().secondary()).contains("c");
  }

  @Test
  void anOldHostThatIsLostEndsIt() {
    away();
    world.a.alive = false;
    assertThat(step()).isEqualTo(PairEvent.TEST_FAILOVER_FAILED);
    assertThat(pair.reason()).contains("the agent on a went silent");
  }

  @Test
  void aFailedSyncEndsIt() {
    away();
    assertThat(step()).isEqualTo(PairEvent.HOST_CHOSEN);
    pair = Transitions.abandoned(pair, "disk full", Fixtures.RETRY, now).after();
    assertThat(step()).isEqualTo(PairEvent.TEST_FAILOVER_FAILED);
    assertThat(pair.reason()).contains("disk full");
  }

  @Test
  void theWholeOfItHasADeadline() {
    away();
    assertThat(step()).isEqualTo(PairEvent.HOST_CHOSEN);
    pair = Transitions.resourcesReady(pair, now).after();
    now = NOW.plus(TestFailoverDecision.DEADLINE);
    world.a.sessions =
        List.of(Fixtures.session(pair, SessionTarget.SECONDARY, SessionPhase.PREPARING, false));
    world.b.sessions = List.of();
    assertThat(step()).isEqualTo(PairEvent.TEST_FAILOVER_FAILED);
    assertThat(pair.reason()).contains("60 min");
    assertThat(pair.state()).isEqualTo(PairState.SYNCING);
  }

  @Test
  void theSecondarysLossEndsItAndSoDoesAFailoverBack() {
    Pair lost = Transitions.secondaryLost(pair, "b is gone", now).after();
    assertThat(transition(world.decide(lost, now)).event())
        .isEqualTo(PairEvent.TEST_FAILOVER_FAILED);
    away();
    protect();
    pair = promoted(pair, now); // b was lost before it was asked
    assertThat(step()).isEqualTo(PairEvent.TEST_FAILOVER_FAILED);
    assertThat(pair.reason()).contains("b does not serve any more");
  }

  @Test
  void orderedAgainItIsTheSame() {
    assertThat(SwitchOverOrders.testFailover(pair, world.hosts(), "otto", now))
        .isInstanceOf(Result.AlreadyDone.class);
    assertThat(refused(SwitchOverOrders.switchOver(pair, world.hosts(), "otto", now)))
        .contains("a test failover ordered by operator olivia");
    away();
    assertThat(SwitchOverOrders.testFailover(pair, world.hosts(), "otto", now))
        .isInstanceOf(Result.AlreadyDone.class);
  }

  @Test
  void withoutAWayBackItIsRefused() {
    world.fleet = new Fleet(Map.of("a", "otto"), Map.of(), Map.of(), 2);
    assertThat(
            refused(
                SwitchOverOrders.testFailover(
                    Fixtures.protectedPair(), world.hosts(), "olivia", now)))
        .isEqualTo("a is drained by operator otto: there would be no way back");
  }

  @Test
  void aWishOfTheTestIsTheOldHostOnly() {
    assertThat(HostWish.of(pair, now)).isEqualTo(HostWish.only("a"));
    assertThat(HostWish.of(Fixtures.solo(), now).only()).isEqualTo(Optional.empty());
  }
}
