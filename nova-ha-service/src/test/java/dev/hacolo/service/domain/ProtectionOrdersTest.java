package dev.hacolo.service.domain;

import static dev.hacolo.service.domain.Fixtures.NOW;
import static dev.hacolo.service.domain.Protected.accepted;
import static dev.hacolo.service.domain.Protected.orders;
import static dev.hacolo.service.domain.Protected.refused;
import static dev.hacolo.service.domain.Protected.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision.Verdict;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.domain.OperatorOrders.Result;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProtectionOrdersTest {
  private static Pair suspended(Pair pair) {
    return accepted(ProtectionOrders.suspend(pair, "olivia", NOW));
  }

  private static Pair after(Decision decision) {
    return transition(decision).after();
  }

  @Test
  void aProtectedPairLeavesColoInOrderAndStaysSo() {
    Protected world = new Protected();
    Pair ordered = suspended(world.pair);
    assertThat(ordered.state()).isEqualTo(PairState.PROTECTED);

    Transition dropped = transition(world.decide(ordered, NOW));
    assertThat(dropped.event()).isEqualTo(PairEvent.SECONDARY_DROPPED);
    assertThat(dropped.tasks())
        .containsExactly(
            CloudTask.unreserve(ordered.reservation().orElseThrow()), CloudTask.unbindPorts("b"));
    Pair degraded = dropped.after();

    // The secondary stays until the primary does without it.
    assertThat(orders(world.decide(degraded, NOW))).containsExactly("a SOLO");
    world.a.sessions =
        List.of(Fixtures.session(degraded, SessionTarget.SOLO, SessionPhase.SOLO, true));
    Decision serves = world.decide(degraded, NOW);
    assertThat(orders(serves)).containsExactly("b ABSENT");
    assertThat(transition(serves).event()).isEqualTo(PairEvent.SERVING_ALONE);
    world.b.sessions = List.of();

    Transition rest = transition(world.decide(after(serves), NOW));
    assertThat(rest.event()).isEqualTo(PairEvent.SUSPENDED);
    assertThat(rest.reason()).contains("operator olivia");
    assertThat(rest.after().standingOrder()).isEmpty();
    Decision waits = world.decide(rest.after(), NOW.plusSeconds(86_400));
    assertThat(waits.action()).isInstanceOf(Action.Rest.class);
    assertThat(waits.orders()).isEmpty();

    Pair resumed = accepted(ProtectionOrders.resume(rest.after(), "olivia", NOW));
    assertThat(resumed.state()).isEqualTo(PairState.SOLO);
    assertThat(transition(world.decide(resumed, NOW)).event()).isEqualTo(PairEvent.HOST_CHOSEN);
  }

  @Test
  void aPairThatIsNotProtectedYetIsSuspendedFromWhereItIs() {
    for (Pair pair : List.of(Fixtures.requested(), Fixtures.pairing(), Fixtures.syncing())) {
      Protected world = new Protected();
      world.a.sessions = List.of();
      world.b.sessions = List.of();
      Transition rest = transition(world.decide(suspended(pair), NOW));
      assertThat(rest.event()).isEqualTo(PairEvent.SUSPENDED);
      assertThat(rest.after().reservation()).isEmpty();
      assertThat(rest.after().members().secondary()).isEmpty();
      assertThat(rest.tasks()).hasSize(pair.reservation().isPresent() ? 2 : 0);

      Pair resumed = accepted(ProtectionOrders.resume(rest.after(), "olivia", NOW));
      assertThat(resumed.state()).isEqualTo(PairState.REQUESTED);
    }
  }

  @Test
  void whatASuspendedSyncLeftIsEnded() {
    Protected world = new Protected();
    Pair rest = transition(world.decide(suspended(Fixtures.pairing()), NOW)).after();
    world.a.sessions =
        List.of(Fixtures.session(rest, SessionTarget.PRIMARY, SessionPhase.MIRRORING, true));
    world.b.sessions =
        List.of(Fixtures.session(rest, SessionTarget.SECONDARY, SessionPhase.READY, false));
    assertThat(orders(world.decide(rest, NOW))).containsExactly("a ABSENT", "b ABSENT");
  }

  @Test
  void aDeadPrimaryIsNotMadeTheOnlyCopy() {
    Protected world = new Protected();
    Pair ordered = suspended(world.pair);
    world.a.alive = false;
    assertThat(world.decide(ordered, NOW).action()).isInstanceOf(Action.Rest.class);

    world.a.alive = true;
    world.a.guest = false;
    world.a.sessions =
        List.of(Fixtures.session(ordered, SessionTarget.PRIMARY, SessionPhase.GONE, false));
    Transition lost = transition(world.decide(ordered, NOW));
    assertThat(lost.event()).isEqualTo(PairEvent.PRIMARY_LOST);
    assertThat(lost.after().standingOrder()).isPresent();
  }

  @Test
  void onlyTheSideThatServesGoesOnInASuspendedPair() {
    Pair rest = transition(new Protected().decide(suspended(Fixtures.solo()), NOW)).after();
    for (String host : List.of("a", "b")) {
      Claim claim =
          new Claim(
              rest.id(), rest.generation(), host, UUID.randomUUID(), Claim.Kind.PEER_LOST, "x");
      Verdict verdict =
          ClaimArbiter.decide(
                  rest, claim, Optional.empty(), PrimaryProbe.NOT_ASKED, Fixtures.RETRY, NOW)
              .verdict();
      assertThat(verdict).isEqualTo(host.equals("b") ? Verdict.GO_SOLO : Verdict.STAND_DOWN);
    }
  }

  @Test
  void bothMayBeOrderedAgainAndTakenBack() {
    Pair ordered = suspended(Fixtures.protectedPair());
    assertThat(ProtectionOrders.suspend(ordered, "otto", NOW))
        .isInstanceOf(Result.AlreadyDone.class);
    Pair back = accepted(ProtectionOrders.resume(ordered, "otto", NOW));
    assertThat(back.state()).isEqualTo(PairState.PROTECTED);
    assertThat(back.standingOrder()).isEmpty();
    assertThat(ProtectionOrders.resume(back, "otto", NOW)).isInstanceOf(Result.AlreadyDone.class);
  }

  @Test
  void itIsRefusedWhereItMakesNoSense() {
    Pair leaving =
        Transitions.releaseRequested(Fixtures.solo(), ReleaseCause.OPERATOR, "x", Map.of(), NOW)
            .orElseThrow()
            .after();
    assertThat(refused(ProtectionOrders.suspend(leaving, "olivia", NOW))).contains("released");
    assertThat(refused(ProtectionOrders.resume(leaving, "olivia", NOW))).contains("released");

    Protected world = new Protected();
    Pair switching = accepted(SwitchOverOrders.switchOver(world.pair, world.hosts(), "otto", NOW));
    assertThat(refused(ProtectionOrders.suspend(switching, "olivia", NOW)))
        .contains("a switch-over ordered by operator otto is under way");
  }
}
