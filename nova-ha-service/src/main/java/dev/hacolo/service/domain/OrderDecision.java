package dev.hacolo.service.domain;

import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import java.util.Optional;

/**
 * The next step of an operator's order for a pair; empty while there is none, or it has to wait.
 */
final class OrderDecision {
  private OrderDecision() {}

  static Optional<Action> decide(Situation s) {
    Optional<StandingOrder> standing = s.pair().standingOrder();
    if (standing.isEmpty()) {
      return DrainDecision.decide(s);
    }
    StandingOrder order = standing.get();
    return switch (order.kind()) {
      case SUSPEND -> suspend(s, order);
      case MOVE_SECONDARY -> move(s, order);
      case SWITCH_OVER -> switchOver(s, order);
      case TEST_FAILOVER -> TestFailoverDecision.decide(s, order);
    };
  }

  private static Optional<Action> suspend(Situation s, StandingOrder order) {
    return switch (s.pair().state()) {
      case REQUESTED, PAIRING, SYNCING, SOLO ->
          Optional.of(new Action.Apply(OrderTransitions.suspended(s.pair(), order, s.now())));
      case PROTECTED -> drop(s, "operator %s suspends the protection".formatted(order.operator()));
      case FAILING_OVER, DEGRADED, SUSPENDED, RELEASED -> Optional.empty();
    };
  }

  private static Optional<Action> move(Situation s, StandingOrder order) {
    Pair pair = s.pair();
    if (pair.members().secondary().filter(order::leaves).isEmpty()) {
      return Optional.empty();
    }
    String from = order.from().orElse("?");
    if (order.drain() && !s.hosts().fleet().isDrained(from)) {
      String reason = "%s is not drained any more: the secondary stays there".formatted(from);
      return Optional.of(new Action.Apply(OrderTransitions.dropped(pair, reason, s.now())));
    }
    String reason = "the secondary leaves %s: %s".formatted(from, order.words());
    return switch (pair.state()) {
      case PAIRING, SYNCING ->
          Optional.of(new Action.Apply(Transitions.withdrawn(pair, reason, s.now())));
      case PROTECTED -> drop(s, reason);
      case REQUESTED, FAILING_OVER, DEGRADED, SOLO, SUSPENDED, RELEASED -> Optional.empty();
    };
  }

  /** Only a primary that runs and replicates can go on alone in an orderly way. */
  private static Optional<Action> drop(Situation s, String reason) {
    return s.current(s.primary())
        .filter(session -> session.phase() == SessionPhase.PROTECTED)
        .filter(SessionReport::guestRunning)
        .map(session -> new Action.Apply(Transitions.secondaryDropped(s.pair(), reason, s.now())));
  }

  private static Optional<Action> switchOver(Situation s, StandingOrder order) {
    Pair pair = s.pair();
    if (HandOverWatch.isDone(pair, order)) {
      return Optional.of(
          new Action.Apply(
              OrderTransitions.switchedOver(pair, order, awayFromDrained(s, order), s.now())));
    }
    return HandOverWatch.failure(pair, order, s.now())
        .map(
            reason ->
                new Action.Apply(OrderTransitions.handOverFailed(pair, order, reason, s.now())));
  }

  /** The pair counts among those that leave a drained host until it is protected again. */
  private static Optional<StandingOrder> awayFromDrained(Situation s, StandingOrder order) {
    return order
        .from()
        .filter(host -> order.drain() && s.hosts().fleet().isDrained(host))
        .map(
            host ->
                StandingOrder.move(
                    s.pair(), order.operator(), true, host, Optional.empty(), s.now()));
  }
}
