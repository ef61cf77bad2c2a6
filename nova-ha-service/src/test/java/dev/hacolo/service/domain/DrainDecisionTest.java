package dev.hacolo.service.domain;

import static dev.hacolo.service.domain.Fixtures.NOW;
import static dev.hacolo.service.domain.Protected.transition;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DrainDecisionTest {
  private final Protected world = new Protected();

  private void drain(String... hosts) {
    Map<String, String> drained = new HashMap<>();
    for (String host : hosts) {
      drained.put(host, "olivia");
    }
    world.fleet = new Fleet(drained, Map.of(), Map.of(), 2);
  }

  private boolean rests(Pair pair) {
    return world.decide(pair, NOW).action() instanceof Action.Rest;
  }

  @Test
  void aSecondaryIsMoved() {
    drain("b");
    Transition ordered = transition(world.decide(world.pair, NOW));
    assertThat(ordered.event()).isEqualTo(PairEvent.MOVE_ORDERED);
    assertThat(ordered.detail()).containsEntry("operator", "olivia").containsEntry("drain", true);
    assertThat(ordered.asksMoreOfHosts()).isTrue();
    assertThat(transition(world.decide(ordered.after(), NOW)).event())
        .isEqualTo(PairEvent.SECONDARY_DROPPED);
  }

  @Test
  void whereNoOtherHostFitsThePairStaysProtectedAndSaysWhy() {
    drain("b");
    world.c.alive = false;
    Transition noted = transition(world.decide(world.pair, NOW));
    assertThat(noted.event()).isEqualTo(PairEvent.NOTED);
    assertThat(noted.reason())
        .startsWith("b is drained by operator olivia, but no host fits: ")
        .contains("c: its agent is silent");
    assertThat(rests(noted.after())).isTrue();

    world.fleet = Protected.IDLE;
    Transition lifted = transition(world.decide(noted.after(), NOW));
    assertThat(lifted.reason()).isEqualTo("b is not drained any more");
    assertThat(rests(lifted.after())).isTrue();
  }

  @Test
  void aPrimaryIsSwitchedOverAndThePairCountsUntilItIsProtectedAgain() {
    drain("a");
    Decision decision = world.decide(world.pair, NOW);
    assertThat(decision.action()).isInstanceOf(Action.HandOver.class);
    Pair ordered = transition(decision).after();
    Transition over = transition(world.decide(Protected.promoted(ordered, NOW), NOW));
    assertThat(over.event()).isEqualTo(PairEvent.SWITCHED_OVER);
    StandingOrder next = over.after().standingOrder().orElseThrow();
    assertThat(next.kind()).isEqualTo(StandingOrder.Kind.MOVE_SECONDARY);
    assertThat(next.drain()).isTrue();
    assertThat(next.from()).contains("a");
  }

  @Test
  void aFailedSwitchOverIsTriedAgainLater() {
    drain("a");
    Pair ordered = transition(world.decide(world.pair, NOW)).after();
    Pair failed = transition(world.decide(ordered, NOW.plus(HandOverWatch.DEADLINE))).after();
    assertThat(failed.state()).isEqualTo(PairState.PROTECTED);
    assertThat(rests(failed)).isTrue();
    assertThat(
            world
                .decide(failed, NOW.plus(HandOverWatch.DEADLINE).plus(OrderTransitions.DRAIN_PAUSE))
                .action())
        .isInstanceOf(Action.HandOver.class);
  }

  @Test
  void ofTwoDrainedHostsTheSecondarysIsLeftFirst() {
    drain("a", "b");
    assertThat(transition(world.decide(world.pair, NOW)).event()).isEqualTo(PairEvent.MOVE_ORDERED);
    world.c.alive = false;
    assertThat(transition(world.decide(world.pair, NOW)).event()).isEqualTo(PairEvent.NOTED);
  }

  @Test
  void aFewAtATime() {
    drain("a", "b");
    Map<String, Integer> leaving = Map.of("a", Fleet.MOST_LEAVING, "b", Fleet.MOST_LEAVING);
    world.fleet = new Fleet(world.fleet.drained(), Map.of(), leaving, 2);
    assertThat(rests(world.pair)).isTrue();
  }

  @Test
  void aSyncToADrainedHostIsWithdrawnAndADrainedPrimaryMayBeProtected() {
    drain("b");
    world.a.sessions = List.of();
    world.b.sessions = List.of();
    Decision withdrawn = world.decide(Fixtures.syncing(), NOW);
    assertThat(withdrawn.orders()).isEmpty();
    assertThat(transition(withdrawn).event()).isEqualTo(PairEvent.ABANDONED);
    assertThat(transition(withdrawn).after().attempts()).isZero();
    drain("a");
    assertThat(transition(world.decide(Fixtures.requested(), NOW)).event())
        .isEqualTo(PairEvent.HOST_CHOSEN);
  }

  @Test
  void aDrainThatIsLiftedLeavesTheSecondaryWhereItIs() {
    drain("b");
    Pair ordered = transition(world.decide(world.pair, NOW)).after();
    world.fleet = Protected.IDLE;
    Transition dropped = transition(world.decide(ordered, NOW));
    assertThat(dropped.event()).isEqualTo(PairEvent.NOTED);
    assertThat(dropped.after().standingOrder()).isEmpty();
    assertThat(dropped.after().state()).isEqualTo(PairState.PROTECTED);
  }

  @Test
  void aPairThatIsBeingReleasedIsLeftToThat() {
    drain("b");
    Pair leaving =
        Transitions.releaseRequested(world.pair, ReleaseCause.OPERATOR, "x", Map.of(), NOW)
            .orElseThrow()
            .after();
    assertThat(transition(world.decide(leaving, NOW)).event()).isEqualTo(PairEvent.SECONDARY_LOST);
  }

  @Test
  void whatIsAskedOfHostsIsCheckedOnceMoreWhenItIsCommitted() {
    drain("b");
    Transition move = transition(world.decide(world.pair, NOW));
    assertThat(move.fits(world.fleet)).isTrue();
    assertThat(move.fits(new Fleet(Map.of("b", "olivia"), Map.of(), Map.of("b", 2), 2))).isFalse();

    world.fleet = Protected.IDLE;
    world.a.sessions = List.of();
    world.b.sessions = List.of();
    Transition chosen = transition(world.decide(Fixtures.requested(), NOW));
    assertThat(chosen.asksMoreOfHosts()).isTrue();
    assertThat(chosen.fits(Protected.IDLE)).isTrue();
    String host = chosen.after().members().secondary().orElseThrow();
    assertThat(chosen.fits(new Fleet(Map.of(host, "x"), Map.of(), Map.of(), 2))).isFalse();
    assertThat(chosen.fits(new Fleet(Map.of(), Map.of(host, 2), Map.of(), 2))).isFalse();
    assertThat(chosen.fits(new Fleet(Map.of(), Map.of("a", 2), Map.of(), 2))).isFalse();
    assertThat(chosen.fits(new Fleet(Map.of(), Map.of("a", 1, host, 1), Map.of(), 2))).isTrue();
  }

  @Test
  void aPairWaitsForASynchronisationOnItsPrimarysHostToEnd() {
    world.a.sessions = List.of();
    world.b.sessions = List.of();
    world.fleet = new Fleet(Map.of(), Map.of("a", 2), Map.of(), 2);
    Transition noted = transition(world.decide(Fixtures.requested(), NOW));
    assertThat(noted.event()).isEqualTo(PairEvent.NOTED);
    assertThat(noted.reason())
        .isEqualTo(
            "a takes part in 2 synchronisation(s) already: the next one waits for the end of one");
    assertThat(rests(noted.after())).isTrue();
  }
}
