package dev.hacolo.service.domain;

import static dev.hacolo.service.domain.Fixtures.a;
import static dev.hacolo.service.domain.Fixtures.b;
import static dev.hacolo.service.domain.Fixtures.session;
import static dev.hacolo.service.domain.Fixtures.situation;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PairDecisionTest {
  private static PairEvent event(Decision decision) {
    assertThat(decision.action()).isInstanceOf(Action.Apply.class);
    return ((Action.Apply) decision.action()).transition().event();
  }

  private static Pair after(Decision decision) {
    return ((Action.Apply) decision.action()).transition().after();
  }

  private static List<String> orders(Decision decision) {
    return decision.orders().stream().map(o -> o.host() + " " + o.order().target()).toList();
  }

  private static Fixtures.Host with(Fixtures.Host host, SessionReport... sessions) {
    host.sessions = List.of(sessions);
    return host;
  }

  @Test
  void aRequestedPairGetsAHostAndAGeneration() {
    Decision decision = PairDecision.decide(situation(Fixtures.requested(), a(), b()));
    assertThat(event(decision)).isEqualTo(PairEvent.HOST_CHOSEN);
    assertThat(after(decision).generation()).isEqualTo(1);
    assertThat(after(decision).members().secondary()).contains("b");
    assertThat(after(decision).reservation()).isPresent();
  }

  @Test
  void theSameReasonIsWrittenDownOnce() {
    Decision first = PairDecision.decide(situation(Fixtures.requested(), a()));
    assertThat(event(first)).isEqualTo(PairEvent.NOTED);
    Decision second = PairDecision.decide(situation(after(first), a()));
    assertThat(second.action()).isInstanceOf(Action.Rest.class);
    assertThat(second.orders()).isEmpty();
  }

  @Test
  void aMissingGuestIsVerifiedAtNova() {
    Fixtures.Host empty = a();
    empty.guest = false;
    assertThat(PairDecision.decide(situation(Fixtures.requested(), empty, b())).action())
        .isInstanceOf(Action.VerifyServer.class);
  }

  @Test
  void whatAnEarlierAttemptLeftOnThePrimaryIsEndedFirst() {
    Pair pair =
        Transitions.abandoned(Fixtures.syncing(), "x", Fixtures.RETRY, Fixtures.NOW).after();
    SessionReport left = session(pair, SessionTarget.PRIMARY, SessionPhase.FAILED, true);
    Decision decision = PairDecision.decide(situation(pair, with(a(), left), b()));
    assertThat(orders(decision)).containsExactly("a ABSENT");
    assertThat(decision.action()).isInstanceOf(Action.Rest.class);
  }

  @Test
  void theBackOffIsRespected() {
    Pair pair =
        Transitions.abandoned(Fixtures.syncing(), "x", Fixtures.RETRY, Fixtures.NOW).after();
    Situation early =
        new Situation(
            pair,
            Fixtures.hosts(a(), b()),
            Optional.empty(),
            Map.of(),
            false,
            Fixtures.SETTINGS,
            Fixtures.NOW.plusSeconds(1));
    assertThat(PairDecision.decide(early).action()).isInstanceOf(Action.Rest.class);
    assertThat(event(PairDecision.decide(situation(pair, a(), b()))))
        .isEqualTo(PairEvent.HOST_CHOSEN);
  }

  @Test
  void thePairIsSyncedStepByStep() {
    Pair pair = Fixtures.syncing();
    assertThat(orders(PairDecision.decide(situation(pair, a(), b()))))
        .containsExactly("b SECONDARY");
    SessionReport preparing = session(pair, SessionTarget.SECONDARY, SessionPhase.PREPARING, false);
    assertThat(orders(PairDecision.decide(situation(pair, a(), with(b(), preparing))))).isEmpty();
    SessionReport ready = session(pair, SessionTarget.SECONDARY, SessionPhase.READY, false);
    assertThat(orders(PairDecision.decide(situation(pair, a(), with(b(), ready)))))
        .containsExactly("a PRIMARY");
    SessionReport primary = session(pair, SessionTarget.PRIMARY, SessionPhase.PROTECTED, true);
    assertThat(PairDecision.decide(situation(pair, with(a(), primary), with(b(), ready))).action())
        .isInstanceOf(Action.Rest.class);
    SessionReport secondary = session(pair, SessionTarget.SECONDARY, SessionPhase.PROTECTED, false);
    Decision armed = PairDecision.decide(situation(pair, with(a(), primary), with(b(), secondary)));
    assertThat(event(armed)).isEqualTo(PairEvent.PROTECTED);
    assertThat(after(armed).members().secondaryIncarnation()).contains(Fixtures.INC_B);
  }

  @Test
  void whatTheFlavorAsksForReachesBothAgents() {
    Map<String, String> specs =
        Map.of(
            "ha_colo:enabled", "true",
            "ha_colo:release", "provenance",
            "ha_colo:max_hold_ms", "70",
            "ha_colo:max_checkpoint_interval_ms", "3000",
            "ha_colo:max_pause_percent", "35");
    SessionPolicy policy = new SessionPolicy("ha-colo", "provenance", 3000, 70, 35, 2);
    assertThat(policies(specs)).containsExactly(policy, policy);
    SessionPolicy usual = new SessionPolicy("ha-colo", "strict", 10_000, 500, 20, 2);
    assertThat(policies(Map.of("ha_colo:enabled", "true"))).containsExactly(usual, usual);
    assertThat(policies(Map.of("ha_colo:release", "compare")))
        .extracting(SessionPolicy::release)
        .containsExactly("compare", "compare");
  }

  /** Policies of the secondary's order and of the primary's. */
  private static List<SessionPolicy> policies(Map<String, String> specs) {
    Pair pair =
        Transitions.instanceChanged(
                Fixtures.syncing(), Fixtures.instance(specs), Map.of(), Fixtures.NOW)
            .after();
    SessionReport ready = session(pair, SessionTarget.SECONDARY, SessionPhase.READY, false);
    return Stream.of(situation(pair, a(), b()), situation(pair, a(), with(b(), ready)))
        .flatMap(s -> PairDecision.decide(s).orders().stream())
        .map(order -> order.order().policyOrDefault())
        .toList();
  }

  @Test
  void whateverBreaksASyncGivesEverythingBack() {
    Pair pair = Fixtures.syncing();
    SessionReport failed = session(pair, SessionTarget.PRIMARY, SessionPhase.FAILED, true);
    SessionReport ready = session(pair, SessionTarget.SECONDARY, SessionPhase.READY, false);
    Fixtures.Host silent = b();
    silent.alive = false;
    for (Situation broken :
        List.of(
            situation(pair, with(a(), failed), with(b(), ready)),
            situation(
                pair,
                with(a(), session(pair, SessionTarget.PRIMARY, SessionPhase.MIGRATING, true)),
                b()),
            situation(pair, a(), silent),
            new Situation(
                pair,
                Fixtures.hosts(a(), b()),
                Optional.empty(),
                Map.of("b", "port in use"),
                false,
                Fixtures.SETTINGS,
                Fixtures.NOW),
            new Situation(
                pair,
                Fixtures.hosts(a(), b()),
                Optional.empty(),
                Map.of(),
                true,
                Fixtures.SETTINGS,
                Fixtures.NOW))) {
      Decision decision = PairDecision.decide(broken);
      assertThat(event(decision)).isEqualTo(PairEvent.ABANDONED);
      Transition transition = ((Action.Apply) decision.action()).transition();
      assertThat(transition.tasks())
          .containsExactly(
              CloudTask.unreserve(pair.reservation().orElseThrow()), CloudTask.unbindPorts("b"));
      assertThat(transition.after().members().secondary()).isEmpty();
      assertThat(transition.after().members().primary()).contains("a");
    }
  }

  @Test
  void aProtectedPairIsLeftAloneAndSilenceAloneDecidesNothing() {
    Pair pair = Fixtures.protectedPair();
    SessionReport primary = session(pair, SessionTarget.PRIMARY, SessionPhase.PROTECTED, true);
    SessionReport secondary = session(pair, SessionTarget.SECONDARY, SessionPhase.PROTECTED, false);
    Fixtures.Host silent = with(a(), primary);
    silent.alive = false;
    for (Fixtures.Host host : List.of(with(a(), primary), silent)) {
      Decision decision = PairDecision.decide(situation(pair, host, with(b(), secondary)));
      assertThat(decision.orders()).isEmpty();
      assertThat(decision.action()).isInstanceOf(Action.Rest.class);
    }
  }

  @Test
  void aReportedDeathIsActedOnWithoutAClaim() {
    Pair pair = Fixtures.protectedPair();
    SessionReport secondary = session(pair, SessionTarget.SECONDARY, SessionPhase.PROTECTED, false);
    Fixtures.Host dead = with(a(), session(pair, SessionTarget.PRIMARY, SessionPhase.GONE, false));
    dead.guest = false;
    assertThat(event(PairDecision.decide(situation(pair, dead, with(b(), secondary)))))
        .isEqualTo(PairEvent.PRIMARY_LOST);
    SessionReport primary = session(pair, SessionTarget.PRIMARY, SessionPhase.PROTECTED, true);
    SessionReport gone = session(pair, SessionTarget.SECONDARY, SessionPhase.GONE, false);
    assertThat(event(PairDecision.decide(situation(pair, with(a(), primary), with(b(), gone)))))
        .isEqualTo(PairEvent.SECONDARY_LOST);
    Fixtures.Host restarted = with(b(), secondary);
    restarted.incarnation = UUID.randomUUID();
    assertThat(PairDecision.decide(situation(pair, dead, restarted)).action())
        .isInstanceOf(Action.Rest.class);
  }

  @Test
  void theWinnerIsOrderedFirstAndTheLoserStandsDown() {
    Pair pair = Fixtures.failingOver();
    SessionReport old =
        session(Fixtures.protectedPair(), SessionTarget.PRIMARY, SessionPhase.PROTECTED, true);
    SessionReport secondary =
        session(Fixtures.protectedPair(), SessionTarget.SECONDARY, SessionPhase.PROTECTED, false);
    Decision decision = PairDecision.decide(situation(pair, with(a(), old), with(b(), secondary)));
    assertThat(orders(decision)).containsExactly("b SOLO", "a STAND_DOWN");
    assertThat(decision.orders()).allMatch(o -> o.order().generation() == 2);
  }

  @Test
  void theLoserIsDestroyedOnlyWhenTheWinnerServes() {
    Fixtures.Host loser =
        with(
            a(),
            session(Fixtures.failingOver(), SessionTarget.STAND_DOWN, SessionPhase.GONE, false));
    loser.guest = false;
    Fixtures.Host winner = b();
    winner.guest = true;
    assertThat(orders(PairDecision.decide(situation(Fixtures.failingOver(), winner, loser))))
        .containsExactly("b SOLO");
    winner.sessions =
        List.of(session(Fixtures.solo(), SessionTarget.SOLO, SessionPhase.SOLO, true));
    assertThat(event(PairDecision.decide(situation(Fixtures.failingOver(), winner, loser))))
        .isEqualTo(PairEvent.SERVING_ALONE);
    assertThat(orders(PairDecision.decide(situation(Fixtures.solo(), winner, loser))))
        .containsExactly("a ABSENT");
  }

  @Test
  void aFailedReProtectionGoesBackToSolo() {
    HostChoice choice = new HostChoice(Optional.of("a"), "x", List.of());
    Pair pair =
        Transitions.resourcesReady(
                Transitions.hostChosen(
                        Fixtures.solo(), "a", SecondaryVcpus.all(2), choice, Fixtures.NOW)
                    .after(),
                Fixtures.NOW)
            .after();
    Fixtures.Host b = b();
    b.guest = true;
    Fixtures.Host failed =
        with(
            new Fixtures.Host("a", Fixtures.INC_A),
            session(pair, SessionTarget.SECONDARY, SessionPhase.FAILED, false));
    Decision decision = PairDecision.decide(situation(pair, b, failed));
    assertThat(event(decision)).isEqualTo(PairEvent.ABANDONED_TO_SOLO);
    assertThat(after(decision).members().primary()).contains("b");
    assertThat(after(decision).survivorReservation()).isPresent();
  }

  @Test
  void aProtectedPairIsDisarmedBeforeItsPrimaryLeaves() {
    Pair pair =
        Transitions.releaseRequested(
                Fixtures.protectedPair(), ReleaseCause.OPERATOR, "x", Map.of(), Fixtures.NOW)
            .orElseThrow()
            .after();
    SessionReport primary = session(pair, SessionTarget.PRIMARY, SessionPhase.PROTECTED, true);
    SessionReport secondary = session(pair, SessionTarget.SECONDARY, SessionPhase.PROTECTED, false);
    Decision decision =
        PairDecision.decide(situation(pair, with(a(), primary), with(b(), secondary)));
    assertThat(event(decision)).isEqualTo(PairEvent.SECONDARY_LOST);
    assertThat(after(decision).generation()).isEqualTo(2);
    assertThat(decision.orders()).isEmpty();
  }

  @Test
  void aDeletedServersSurvivorIsStoppedButAnUnprotectedOneRunsOn() {
    Fixtures.Host b =
        with(b(), session(Fixtures.solo(), SessionTarget.SOLO, SessionPhase.SOLO, true));
    b.guest = true;
    for (ReleaseCause cause : ReleaseCause.values()) {
      Pair pair =
          Transitions.releaseRequested(Fixtures.solo(), cause, "x", Map.of(), Fixtures.NOW)
              .orElseThrow()
              .after();
      assertThat(orders(PairDecision.decide(situation(pair, b))))
          .containsExactly(cause == ReleaseCause.SERVER_GONE ? "b STAND_DOWN" : "b ABSENT");
    }
  }
}
