package dev.hacolo.service.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What has come of the order to a primary's agent to hand over. */
final class HandOverWatch {
  /** The roles have to change within this time. */
  static final Duration DEADLINE = Duration.ofSeconds(30);

  private HandOverWatch() {}

  static boolean isDone(Pair pair, StandingOrder order) {
    return pair.generation() > order.generation()
        && order.successor().filter(pair::isPrimary).isPresent();
  }

  /** Why the roles will not change any more, in one sentence. */
  static Optional<String> failure(Pair pair, StandingOrder order, Instant now) {
    if (isDone(pair, order)) {
      return Optional.empty();
    }
    if (pair.state() != PairState.PROTECTED || pair.generation() != order.generation()) {
      return Optional.of("the pair is %s meanwhile: %s".formatted(pair.state(), pair.reason()));
    }
    return now.isBefore(order.stepSince().plus(DEADLINE))
        ? Optional.empty()
        : Optional.of("the roles have not changed within %d s".formatted(DEADLINE.toSeconds()));
  }
}
