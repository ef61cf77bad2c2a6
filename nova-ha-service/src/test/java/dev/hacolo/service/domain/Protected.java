package dev.hacolo.service.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.domain.OperatorOrders.Result;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A protected pair on a and b with a free host c, as the tests of operators' orders need it. */
final class Protected {
  static final Fleet IDLE = new Fleet(Map.of(), Map.of(), Map.of(), 2);

  final Pair pair = Fixtures.protectedPair();
  final Fixtures.Host a = Fixtures.a();
  final Fixtures.Host b = Fixtures.b();
  final Fixtures.Host c = new Fixtures.Host("c", UUID.randomUUID());
  Fleet fleet = IDLE;

  Protected() {
    report(pair);
  }

  /** Both agents report the pair in its present generation as protected. */
  void report(Pair now) {
    for (Fixtures.Host host : List.of(a, b, c)) {
      host.sessions = List.of();
      host.guest = now.isPrimary(host.name);
      if (now.isPrimary(host.name)) {
        host.sessions =
            List.of(Fixtures.session(now, SessionTarget.PRIMARY, SessionPhase.PROTECTED, true));
      } else if (now.isSecondary(host.name)) {
        host.sessions =
            List.of(Fixtures.session(now, SessionTarget.SECONDARY, SessionPhase.PROTECTED, false));
      }
    }
  }

  Hosts hosts() {
    return Fixtures.hosts(a, b, c).with(fleet);
  }

  Situation situation(Pair now, Instant time) {
    return new Situation(now, hosts(), Optional.empty(), Map.of(), false, Fixtures.SETTINGS, time);
  }

  Decision decide(Pair now, Instant time) {
    return PairDecision.decide(situation(now, time));
  }

  /** What an accepted order makes of the pair. */
  static Pair accepted(Result result) {
    assertThat(result).isInstanceOf(Result.Accepted.class);
    return ((Result.Accepted) result).transition().after();
  }

  static String refused(Result result) {
    assertThat(result).isInstanceOf(Result.Refused.class);
    return ((Result.Refused) result).reason();
  }

  /** The transition that a decision commits, with or without a hand-over behind it. */
  static Transition transition(Decision decision) {
    if (decision.action() instanceof Action.HandOver handOver) {
      return handOver.ordered();
    }
    assertThat(decision.action()).isInstanceOf(Action.Apply.class);
    return ((Action.Apply) decision.action()).transition();
  }

  /** The primary's agent has given its copy up, and the claim is decided. */
  static Pair promoted(Pair pair, Instant now) {
    return Transitions.promoted(pair, PairEvent.PRIMARY_LOST, "it hands over", now).after();
  }

  static List<String> orders(Decision decision) {
    return decision.orders().stream().map(o -> o.host() + " " + o.order().target()).toList();
  }
}
