package dev.hacolo.service.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a standing order says about the host of the next secondary.
 *
 * @param not a host that is not to be taken
 * @param only the one host that may be taken
 * @param first a host that is taken before all others if nothing stands against it
 */
record HostWish(Optional<String> not, Optional<String> only, Optional<String> first) {
  /** Longer than this no host is left out: protection counts for more than its place. */
  static final Duration AVOID = Duration.ofMinutes(10);

  static final HostWish NONE = new HostWish(Optional.empty(), Optional.empty(), Optional.empty());

  /** Any host but one. */
  static HostWish not(String host) {
    return new HostWish(Optional.of(host), Optional.empty(), Optional.empty());
  }

  /** One host and no other. */
  static HostWish only(String host) {
    return new HostWish(Optional.empty(), Optional.of(host), Optional.empty());
  }

  /** What a pair's standing order says at present. */
  static HostWish of(Pair pair, Instant now) {
    Optional<StandingOrder> standing = pair.standingOrder();
    if (standing.isEmpty()) {
      return NONE;
    }
    StandingOrder order = standing.get();
    return switch (order.kind()) {
      case SUSPEND, SWITCH_OVER -> NONE;
      case MOVE_SECONDARY -> ofMove(order, now);
      // Its old primary's host, and no other, or the way back would be one to somewhere else.
      case TEST_FAILOVER -> new HostWish(Optional.empty(), order.from(), Optional.empty());
    };
  }

  /** A drained host is left out as long as it is drained, without a word of a pair's order. */
  private static HostWish ofMove(StandingOrder order, Instant now) {
    boolean avoids = !order.drain() && now.isBefore(order.orderedAt().plus(AVOID));
    return new HostWish(avoids ? order.from() : Optional.empty(), Optional.empty(), order.to());
  }

  /** Why a host may not be taken. */
  Optional<String> against(String host) {
    if (not.filter(host::equals).isPresent()) {
      return Optional.of("the secondary is to leave it");
    }
    return only.filter(one -> !one.equals(host))
        .map("it is not %s, which is waited for"::formatted);
  }

  boolean isFirst(String host) {
    return first.filter(host::equals).isPresent();
  }
}
