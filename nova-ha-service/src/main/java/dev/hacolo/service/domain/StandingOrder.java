package dev.hacolo.service.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * What an operator has ordered for a pair and what is not carried out yet; at most one at a time.
 *
 * @param kind what
 * @param step how far a test failover has come; {@code OUT} for everything else
 * @param operator who ordered it
 * @param drain whether it is ordered because the host {@code from} is drained
 * @param from the host to be left: the secondary's of a move, the primary's of a switch-over
 * @param to where to: the secondary's of a switch-over, of a move only a host that was named
 * @param generation the pair's, when the present step was begun
 * @param orderedAt when
 * @param stepSince when the present step was begun
 * @param attempts how often the present step has failed
 */
public record StandingOrder(
    Kind kind,
    Step step,
    String operator,
    boolean drain,
    Optional<String> from,
    Optional<String> to,
    long generation,
    Instant orderedAt,
    Instant stepSince,
    int attempts) {
  /** Kinds of orders. */
  public enum Kind {
    /** Leave COLO and stay so until the protection is resumed. */
    SUSPEND,
    /** Another host for the secondary. */
    MOVE_SECONDARY,
    /** The roles change, nothing is lost. */
    SWITCH_OVER,
    /** A switch-over, and one back as soon as the pair is protected again. */
    TEST_FAILOVER
  }

  /** Steps of a test failover. */
  public enum Step {
    /** The primary hands over. */
    OUT,
    /** The former secondary serves; its old primary's host is to become the secondary's. */
    AWAY,
    /** It hands over again. */
    BACK
  }

  static StandingOrder suspend(Pair pair, String operator, Instant now) {
    return begun(pair, Kind.SUSPEND, operator, false, Optional.empty(), Optional.empty(), now);
  }

  static StandingOrder move(
      Pair pair, String operator, boolean drain, String from, Optional<String> to, Instant now) {
    return begun(pair, Kind.MOVE_SECONDARY, operator, drain, Optional.of(from), to, now);
  }

  static StandingOrder switchOver(Pair pair, String operator, boolean drain, Instant now) {
    Members members = pair.members();
    return begun(
        pair, Kind.SWITCH_OVER, operator, drain, members.primary(), members.secondary(), now);
  }

  static StandingOrder testFailover(Pair pair, String operator, Instant now) {
    Members members = pair.members();
    return begun(
        pair, Kind.TEST_FAILOVER, operator, false, members.primary(), members.secondary(), now);
  }

  private static StandingOrder begun(
      Pair pair,
      Kind kind,
      String operator,
      boolean drain,
      Optional<String> from,
      Optional<String> to,
      Instant now) {
    return new StandingOrder(
        kind, Step.OUT, operator, drain, from, to, pair.generation(), now, now, 0);
  }

  /** The same order in another step, of which some attempts have failed. */
  StandingOrder in(Step next, Pair pair, int failed, Instant now) {
    return new StandingOrder(
        kind, next, operator, drain, from, to, pair.generation(), orderedAt, now, failed);
  }

  /** Whether the primary's agent has been asked to hand over. */
  public boolean handsOver() {
    return kind == Kind.SWITCH_OVER || (kind == Kind.TEST_FAILOVER && step != Step.AWAY);
  }

  /** Whether it ends with other roles than it began with, or has had them meanwhile. */
  boolean changesRoles() {
    return switch (kind) {
      case SUSPEND, MOVE_SECONDARY -> false;
      case SWITCH_OVER, TEST_FAILOVER -> true;
    };
  }

  /** The host that the primary hands over to. */
  Optional<String> successor() {
    return step == Step.BACK ? from : to;
  }

  /** Whether a host is the one to be left. */
  boolean leaves(String host) {
    return from.filter(host::equals).isPresent();
  }

  /** In words, for sentences: "a switch-over ordered by operator olivia". */
  String words() {
    String what =
        switch (kind) {
          case SUSPEND -> "a suspension";
          case MOVE_SECONDARY -> "a move of the secondary";
          case SWITCH_OVER -> "a switch-over";
          case TEST_FAILOVER -> "a test failover";
        };
    return "%s ordered by operator %s".formatted(what, operator);
  }
}
