package dev.hacolo.service.domain;

import static dev.hacolo.service.domain.Fixtures.NOW;
import static dev.hacolo.service.domain.Protected.accepted;
import static dev.hacolo.service.domain.Protected.refused;
import static dev.hacolo.service.domain.Protected.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.domain.OperatorOrders.Result;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MoveOrdersTest {
  private final Protected world = new Protected();

  private Result move(Pair pair, String... to) {
    return MoveOrders.move(
        pair, world.hosts(), List.of(to).stream().findFirst(), false, "olivia", NOW);
  }

  /** The pair when its secondary is gone and its primary serves alone. */
  private Pair alone(Pair ordered) {
    Pair degraded = transition(world.decide(ordered, NOW)).after();
    world.a.sessions =
        List.of(Fixtures.session(degraded, SessionTarget.SOLO, SessionPhase.SOLO, true));
    world.b.sessions = List.of();
    return transition(world.decide(degraded, NOW)).after();
  }

  private Optional<String> chosen(Pair pair, Instant now) {
    Transition transition = transition(world.decide(pair, now));
    return transition.event() == PairEvent.HOST_CHOSEN
        ? transition.after().members().secondary()
        : Optional.empty();
  }

  @Test
  void theSecondaryGoesToAnyHostButItsOwn() {
    Pair ordered = accepted(move(world.pair));
    assertThat(transition(world.decide(ordered, NOW)).event())
        .isEqualTo(PairEvent.SECONDARY_DROPPED);
    Pair alone = alone(ordered);
    world.c.memoryKib = 4L << 20; // b would be better
    assertThat(chosen(alone, NOW)).contains("c");

    world.c.alive = false;
    assertThat(transition(world.decide(alone, NOW)).reason())
        .contains("b: the secondary is to leave it")
        .contains("c: its agent is silent");
    // For ever would be too long without protection.
    assertThat(chosen(alone, NOW.plus(HostWish.AVOID))).contains("b");
  }

  @Test
  void theNamedHostIsTakenAndAnyOtherIfItFailsMeanwhile() {
    world.c.memoryKib = 4L << 20;
    Pair alone = alone(accepted(move(world.pair, "c")));
    assertThat(chosen(alone, NOW)).contains("c");
    world.c.problems = List.of("disk full");
    assertThat(chosen(alone, NOW)).isEmpty();
    assertThat(chosen(alone, NOW.plus(HostWish.AVOID))).contains("b");
  }

  @Test
  void aSecondaryInTheMakingIsMovedToo() {
    Pair ordered = accepted(move(Fixtures.syncing()));
    world.a.sessions = List.of();
    world.b.sessions = List.of();
    Transition withdrawn = transition(world.decide(ordered, NOW));
    assertThat(withdrawn.event()).isEqualTo(PairEvent.ABANDONED);
    assertThat(withdrawn.after().attempts()).isZero();
    assertThat(withdrawn.after().retryAt()).isEmpty();
    assertThat(chosen(withdrawn.after(), NOW)).contains("c");
  }

  @Test
  void theOrderIsOverWhenThePairIsProtectedAgain() {
    Pair moved =
        Transitions.protectedBy(
                Transitions.resourcesReady(
                        transition(world.decide(alone(accepted(move(world.pair))), NOW)).after(),
                        NOW)
                    .after(),
                Fixtures.INC_A,
                world.c.incarnation,
                NOW)
            .after();
    assertThat(moved.members().secondary()).contains("c");
    assertThat(moved.standingOrder()).isEmpty();
    assertThat(move(moved, "c")).isInstanceOf(Result.AlreadyDone.class);
  }

  @Test
  void aFailoverToTheHostThatWasToBeLeftEndsTheOrder() {
    Pair ordered = accepted(move(world.pair));
    assertThat(Protected.promoted(ordered, NOW).standingOrder()).isEmpty();
  }

  @Test
  void theSameOrderAgainIsDoneAndAnotherIsRefused() {
    Pair ordered = accepted(move(world.pair, "c"));
    assertThat(move(ordered, "c")).isInstanceOf(Result.AlreadyDone.class);
    assertThat(refused(move(ordered))).contains("a move of the secondary").contains("under way");
    assertThat(move(world.pair, "b")).isInstanceOf(Result.AlreadyDone.class);
  }

  @Test
  void aRefusalNamesTheObstacle() {
    assertThat(refused(move(world.pair, "a"))).isEqualTo("the primary runs on a");
    assertThat(refused(move(world.pair, "z"))).isEqualTo("no agent of the name z has reported");
    assertThat(refused(move(Fixtures.solo()))).contains("SOLO").contains("no secondary");

    world.c.qemu = "9.0.0";
    assertThat(refused(move(world.pair, "c")))
        .startsWith("c: ")
        .contains("its QEMU version is '9.0.0'");
    assertThat(refused(move(world.pair))).startsWith("no host fits: ");

    world.c.qemu = "7.2.22";
    world.fleet = new Fleet(Map.of("c", "otto"), Map.of(), Map.of(), 2);
    assertThat(refused(move(world.pair, "c"))).isEqualTo("c: it is drained by operator otto");
    world.fleet = new Fleet(Map.of(), Map.of("a", 2), Map.of(), 2);
    assertThat(refused(move(world.pair)))
        .isEqualTo("a, where the primary runs, takes part in 2 synchronisation(s) already");
  }

  @Test
  void withoutItsAgentNoPrimaryIsLeftAlone() {
    world.a.alive = false;
    assertThat(refused(move(world.pair))).contains("the agent on a").contains("silent");
  }
}
