package dev.hacolo.service.domain;

import java.time.Duration;
import java.util.Optional;

/**
 * A test failover: out to the secondary, and back as soon as the old primary's host has the
 * secondary. Whatever comes between ends the test, never the pair's protection.
 */
final class TestFailoverDecision {
  /** The whole test, with the copy of disks and RAM that the way back needs. */
  static final Duration DEADLINE = Duration.ofHours(1);

  /** So long the old primary's host is waited for before any other is taken. */
  static final Duration HOST_FREE = Duration.ofMinutes(10);

  /** Between two attempts of the way back. */
  static final Duration PAUSE = Duration.ofSeconds(10);

  private TestFailoverDecision() {}

  static Optional<Action> decide(Situation s, StandingOrder order) {
    return switch (order.step()) {
      case OUT -> out(s, order);
      case AWAY -> away(s, order);
      case BACK -> back(s, order);
    };
  }

  private static Optional<Action> out(Situation s, StandingOrder order) {
    if (HandOverWatch.isDone(s.pair(), order)) {
      StandingOrder next = order.in(StandingOrder.Step.AWAY, s.pair(), 0, s.now());
      return apply(OrderTransitions.switchedOver(s.pair(), order, Optional.of(next), s.now()));
    }
    return failure(s, order);
  }

  private static Optional<Action> away(Situation s, StandingOrder order) {
    Pair pair = s.pair();
    Optional<String> over = over(s, order);
    if (over.isPresent()) {
      return apply(OrderTransitions.testFailed(pair, over.get(), s.now()));
    }
    boolean paused = order.attempts() > 0 && s.now().isBefore(order.stepSince().plus(PAUSE));
    if (pair.state() != PairState.PROTECTED
        || paused
        || SwitchOverOrders.obstacle(pair, s.hosts()).isPresent()) {
      return Optional.empty();
    }
    StandingOrder next = order.in(StandingOrder.Step.BACK, pair, order.attempts(), s.now());
    return Optional.of(new Action.HandOver(SwitchOverOrders.wayBack(pair, next, s.now())));
  }

  /** Why there is no way back any more. */
  private static Optional<String> over(Situation s, StandingOrder order) {
    Pair pair = s.pair();
    String home = order.from().orElse("?");
    if (order.to().filter(pair::isPrimary).isEmpty()) {
      return Optional.of("%s does not serve any more: %s".formatted(name(order), pair.reason()));
    }
    if (pair.members().secondary().filter(host -> !host.equals(home)).isPresent()) {
      return Optional.of("the secondary is not on %s".formatted(home));
    }
    if (s.hosts().silent(home)) {
      return Optional.of("the agent on %s went silent".formatted(home));
    }
    if (pair.attempts() > 0) {
      return Optional.of(
          "the pair could not be protected again with %s: %s".formatted(home, pair.reason()));
    }
    boolean waits = pair.state() == PairState.SOLO;
    if (waits && !s.now().isBefore(order.stepSince().plus(HOST_FREE))) {
      return Optional.of(
          "%s could not take the secondary within %d min: %s"
              .formatted(home, HOST_FREE.toMinutes(), pair.reason()));
    }
    return s.now().isBefore(order.orderedAt().plus(DEADLINE))
        ? Optional.empty()
        : Optional.of("it was not over within %d min".formatted(DEADLINE.toMinutes()));
  }

  private static Optional<Action> back(Situation s, StandingOrder order) {
    if (!HandOverWatch.isDone(s.pair(), order)) {
      return failure(s, order);
    }
    return s.pair().state() == PairState.FAILING_OVER
        ? Optional.empty()
        : apply(OrderTransitions.testPassed(s.pair(), order, s.now()));
  }

  private static Optional<Action> failure(Situation s, StandingOrder order) {
    return HandOverWatch.failure(s.pair(), order, s.now())
        .flatMap(
            reason -> apply(OrderTransitions.handOverFailed(s.pair(), order, reason, s.now())));
  }

  private static Optional<Action> apply(Transition transition) {
    return Optional.of(new Action.Apply(transition));
  }

  private static String name(StandingOrder order) {
    return order.to().orElse("?");
  }
}
