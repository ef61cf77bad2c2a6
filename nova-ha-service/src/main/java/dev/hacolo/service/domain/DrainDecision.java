package dev.hacolo.service.domain;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Pairs leave a drained host, a few at a time: secondaries move, primaries switch over. A pair for
 * which there is no other host stays protected where it is.
 */
final class DrainDecision {
  private static final String DRAINED = " is drained by operator ";

  private DrainDecision() {}

  static Optional<Action> decide(Situation s) {
    Pair pair = s.pair();
    boolean early = pair.retryAt().filter(s.now()::isBefore).isPresent();
    Optional<String> secondary = pair.members().secondary().filter(s.hosts().fleet()::isDrained);
    return switch (pair.state()) {
      case PAIRING, SYNCING -> secondary.map(host -> withdraw(s, host));
      case PROTECTED ->
          early || pair.releaseCause().isPresent()
              ? Optional.empty()
              : secondary.map(host -> moveSecondary(s, host)).orElseGet(() -> switchOver(s));
      case REQUESTED, FAILING_OVER, DEGRADED, SOLO, SUSPENDED, RELEASED -> Optional.empty();
    };
  }

  private static Action withdraw(Situation s, String host) {
    String reason = host + DRAINED + operator(s, host);
    return new Action.Apply(Transitions.withdrawn(s.pair(), reason, s.now()));
  }

  private static Optional<Action> moveSecondary(Situation s, String host) {
    if (!s.hosts().fleet().mayLeave(host)) {
      return Optional.empty();
    }
    Optional<String> obstacle =
        MoveOrders.obstacle(
            s.pair(), s.hosts(), Optional.empty(), s.settings().failureDomainRequired());
    if (obstacle.isPresent()) {
      return waiting(s, host, obstacle.get());
    }
    Instant now = s.now();
    StandingOrder order =
        StandingOrder.move(s.pair(), operator(s, host), true, host, Optional.empty(), now);
    return Optional.of(new Action.Apply(MoveOrders.ordered(s.pair(), order, now)));
  }

  private static Optional<Action> switchOver(Situation s) {
    Optional<String> drained = s.pair().members().primary().filter(s.hosts().fleet()::isDrained);
    if (drained.isEmpty()) {
      return lifted(s);
    }
    if (!s.hosts().fleet().mayLeave(drained.get())) {
      return Optional.empty();
    }
    String host = drained.get();
    Optional<String> obstacle = SwitchOverOrders.obstacle(s.pair(), s.hosts());
    if (obstacle.isPresent()) {
      return waiting(s, host, obstacle.get());
    }
    StandingOrder order = StandingOrder.switchOver(s.pair(), operator(s, host), true, s.now());
    return Optional.of(new Action.HandOver(SwitchOverOrders.ordered(s.pair(), order, s.now())));
  }

  /** What the pair waited for is no more: its reason must not say so any longer. */
  private static Optional<Action> lifted(Situation s) {
    Members members = s.pair().members();
    return Stream.of(members.primary(), members.secondary())
        .flatMap(Optional::stream)
        .filter(host -> s.pair().reason().startsWith(host + DRAINED))
        .findFirst()
        .map(host -> s.waiting(host + " is not drained any more").action());
  }

  private static Optional<Action> waiting(Situation s, String host, String obstacle) {
    String reason = "%s%s%s, but %s".formatted(host, DRAINED, operator(s, host), obstacle);
    Action action = s.waiting(reason).action();
    return action instanceof Action.Rest ? Optional.empty() : Optional.of(action);
  }

  private static String operator(Situation s, String host) {
    return s.hosts().fleet().drained().getOrDefault(host, "?");
  }
}
