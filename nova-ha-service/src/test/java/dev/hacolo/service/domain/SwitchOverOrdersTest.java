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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SwitchOverOrdersTest {
  private static final Instant LATE = NOW.plus(HandOverWatch.DEADLINE);

  private final Protected world = new Protected();

  private Result switchOver(Pair pair) {
    return SwitchOverOrders.switchOver(pair, world.hosts(), "olivia", NOW);
  }

  @Test
  void itIsWrittenDownAndWaitedFor() {
    Result result = switchOver(world.pair);
    Pair ordered = accepted(result);
    assertThat(((Result.Accepted) result).transition().event())
        .isEqualTo(PairEvent.SWITCH_OVER_ORDERED);
    assertThat(ordered.reason()).contains("a is to hand over to b").contains("operator olivia");
    assertThat(ordered.generation()).isEqualTo(world.pair.generation());
    assertThat(world.decide(ordered, LATE.minusMillis(1)).action()).isInstanceOf(Action.Rest.class);
    assertThat(switchOver(ordered)).isInstanceOf(Result.AlreadyDone.class);
  }

  @Test
  void whenTheRolesHaveChangedItIsOverWithoutKeepingTheWinnerWaiting() {
    Pair failing = promoted(accepted(switchOver(world.pair)), NOW);
    Decision decision = world.decide(failing, NOW.plusSeconds(1));
    assertThat(Protected.orders(decision)).containsExactly("b SOLO", "a STAND_DOWN");
    Transition over = transition(decision);
    assertThat(over.event()).isEqualTo(PairEvent.SWITCHED_OVER);
    assertThat(over.detail())
        .containsEntry("operator", "olivia")
        .containsEntry("from", "a")
        .containsEntry("to", "b")
        .containsEntry("took_ms", 1000L);
    assertThat(over.after().standingOrder()).isEmpty();
    assertThat(over.after().state()).isEqualTo(PairState.FAILING_OVER);
  }

  @Test
  void whenTheyHaveNotInTimeThePairStaysProtected() {
    Pair ordered = accepted(switchOver(world.pair));
    Transition failed = transition(world.decide(ordered, LATE));
    assertThat(failed.event()).isEqualTo(PairEvent.SWITCH_OVER_FAILED);
    assertThat(failed.reason()).contains("30 s").contains("operator olivia");
    assertThat(failed.after().state()).isEqualTo(PairState.PROTECTED);
    assertThat(failed.after().standingOrder()).isEmpty();
    assertThat(failed.after().retryAt()).isEmpty();
  }

  @Test
  void aSecondaryThatIsLostMeanwhileEndsIt() {
    Pair degraded =
        Transitions.secondaryLost(accepted(switchOver(world.pair)), "b is gone", NOW).after();
    Decision decision = world.decide(degraded, NOW);
    assertThat(Protected.orders(decision)).contains("a SOLO");
    assertThat(transition(decision).event()).isEqualTo(PairEvent.SWITCH_OVER_FAILED);
    assertThat(transition(decision).reason()).contains("b is gone");
  }

  @Test
  void anOrderedFailoverDoesNotWaitForIt() {
    Result result =
        OperatorOrders.failover(accepted(switchOver(world.pair)), world.hosts(), "otto", NOW);
    Pair failing = accepted(result);
    assertThat(failing.standingOrder()).isEmpty();
    assertThat(failing.reason()).contains("a switch-over ordered by operator olivia ends with it");
  }

  @Test
  void aReleaseDoesNotDisarmAPrimaryThatHandsOver() {
    Pair leaving =
        Transitions.releaseRequested(
                accepted(switchOver(world.pair)), ReleaseCause.OPERATOR, "x", Map.of(), NOW)
            .orElseThrow()
            .after();
    assertThat(world.decide(leaving, NOW).action()).isInstanceOf(Action.Rest.class);
    Transition failed = transition(world.decide(leaving, LATE));
    assertThat(failed.event()).isEqualTo(PairEvent.SWITCH_OVER_FAILED);
    assertThat(transition(world.decide(failed.after(), LATE)).event())
        .isEqualTo(PairEvent.SECONDARY_LOST);
  }

  @Test
  void whatIsReportedMeanwhileMakesNobodyTheOnlyCopyButADeadPrimarysSecondary() {
    Pair ordered = accepted(switchOver(world.pair));
    world.a.sessions =
        List.of(Fixtures.session(ordered, SessionTarget.PRIMARY, SessionPhase.GONE, false));
    assertThat(world.decide(ordered, NOW).action()).isInstanceOf(Action.Rest.class);
    assertThat(transition(world.decide(world.pair, NOW)).event())
        .isEqualTo(PairEvent.SECONDARY_LOST);
    world.a.guest = false;
    assertThat(transition(world.decide(ordered, NOW)).event()).isEqualTo(PairEvent.PRIMARY_LOST);
  }

  @Test
  void aRefusalOfTheAgentEndsIt() {
    Pair ordered = accepted(switchOver(world.pair));
    Transition failed =
        OrderTransitions.handOverFailed(
            ordered, ordered.standingOrder().orElseThrow(), "the gate is closed", NOW);
    assertThat(failed.event()).isEqualTo(PairEvent.SWITCH_OVER_FAILED);
    assertThat(failed.reason()).endsWith("the gate is closed");
    assertThat(failed.after().standingOrder()).isEmpty();
  }

  @Test
  void itIsRefusedWhereItMakesNoSense() {
    for (Pair pair : List.of(Fixtures.requested(), Fixtures.syncing(), Fixtures.solo())) {
      assertThat(refused(switchOver(pair))).contains("the pair is " + pair.state());
    }
    world.fleet = new Fleet(Map.of("b", "otto"), Map.of(), Map.of(), 2);
    assertThat(refused(switchOver(world.pair)))
        .isEqualTo("b, which would take over, is drained by operator otto");
    world.fleet = Protected.IDLE;

    world.b.alive = false;
    assertThat(refused(switchOver(world.pair))).isEqualTo("the agent on b is silent");
    world.b.alive = true;
    world.a.alive = false;
    assertThat(refused(switchOver(world.pair))).isEqualTo("the agent on a is silent");
    world.a.alive = true;

    world.b.sessions =
        List.of(Fixtures.session(world.pair, SessionTarget.SECONDARY, SessionPhase.FAILED, false));
    assertThat(refused(switchOver(world.pair))).contains("the agent on b does not report");
    world.report(world.pair);
    world.b.incarnation = UUID.randomUUID();
    assertThat(refused(switchOver(world.pair))).contains("the agent on b does not report");
  }

  @Test
  void aPairHasOneOrderAtATime() {
    Pair suspended = accepted(ProtectionOrders.suspend(world.pair, "otto", NOW));
    assertThat(refused(switchOver(suspended)))
        .isEqualTo("a suspension ordered by operator otto is under way");
  }
}
