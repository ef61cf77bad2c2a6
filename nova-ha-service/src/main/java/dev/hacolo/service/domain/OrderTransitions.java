package dev.hacolo.service.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the changes by which operators' standing orders are taken in, carried out and ended. */
public final class OrderTransitions {
  /** So often the way back of a test failover is tried. */
  static final int WAYS_BACK = 3;

  /** After a failed switch-over a drain leaves the pair alone for so long. */
  static final Duration DRAIN_PAUSE = Duration.ofMinutes(2);

  private OrderTransitions() {}

  /** An order is taken in; the one before it, if any, is over. */
  static Transition ordered(
      Pair pair, PairEvent event, StandingOrder order, String reason, Instant now) {
    PairDraft draft = pair.draft();
    draft.standingOrder = Optional.of(order);
    return Transitions.moved(pair, draft, event, reason, detail(order), List.of(), now);
  }

  /** The pair has left COLO, or never was in it, and stays so. */
  static Transition suspended(Pair pair, StandingOrder order, Instant now) {
    PairDraft draft = pair.draft();
    List<CloudTask> tasks = Transitions.giveBackSecondary(pair, draft);
    draft.standingOrder = Optional.empty();
    draft.retryAt = Optional.empty();
    String reason = "operator %s suspended the protection".formatted(order.operator());
    return Transitions.moved(pair, draft, PairEvent.SUSPENDED, reason, detail(order), tasks, now);
  }

  /** The protection is wanted again. */
  static Transition resumed(Pair pair, String operator, Instant now) {
    PairDraft draft = pair.draft();
    draft.standingOrder = Optional.empty();
    draft.attempts = 0;
    draft.retryAt = Optional.empty();
    boolean solo = pair.state() == PairState.SUSPENDED && pair.protectedAt().isPresent();
    return Transitions.moved(
        pair,
        draft,
        solo ? PairEvent.RESUMED_TO_SOLO : PairEvent.RESUMED,
        "operator %s resumed the protection".formatted(operator),
        Map.of("operator", operator),
        List.of(),
        now);
  }

  /** An order has become pointless before anything was done for it. */
  static Transition dropped(Pair pair, String reason, Instant now) {
    return ended(pair, PairEvent.NOTED, reason, Optional.empty(), now);
  }

  /**
   * The roles have changed as ordered.
   *
   * @param next what is left to be done
   */
  static Transition switchedOver(
      Pair pair, StandingOrder order, Optional<StandingOrder> next, Instant now) {
    String reason =
        "%s handed over to %s: %s"
            .formatted(hostOf(order.from()), hostOf(order.to()), order.words());
    return ended(pair, PairEvent.SWITCHED_OVER, reason, next, now);
  }

  /** The primary's agent refused to hand over, or the roles have not changed in time. */
  public static Transition handOverFailed(
      Pair pair, StandingOrder order, String reason, Instant now) {
    if (order.kind() != StandingOrder.Kind.TEST_FAILOVER) {
      return switchOverFailed(pair, order, reason, now);
    }
    boolean back = order.step() == StandingOrder.Step.BACK;
    int failed = order.attempts() + 1;
    if (back && failed < WAYS_BACK) {
      StandingOrder again = order.in(StandingOrder.Step.AWAY, pair, failed, now);
      String sentence = "the way back of %s: %s".formatted(order.words(), reason);
      return ended(pair, PairEvent.SWITCH_OVER_FAILED, sentence, Optional.of(again), now);
    }
    return testFailed(pair, (back ? "the way back: " : "the way out: ") + reason, now);
  }

  private static Transition switchOverFailed(
      Pair pair, StandingOrder order, String reason, Instant now) {
    PairDraft draft = pair.draft();
    draft.standingOrder = Optional.empty();
    if (order.drain()) {
      draft.retryAt = Optional.of(now.plus(DRAIN_PAUSE));
    }
    return Transitions.moved(
        pair,
        draft,
        PairEvent.SWITCH_OVER_FAILED,
        "%s: %s".formatted(order.words(), reason),
        detail(order),
        List.of(),
        now);
  }

  /** The secondary has served, and the instance is back where it was. */
  static Transition testPassed(Pair pair, StandingOrder order, Instant now) {
    String reason =
        "%s: %s has served, and %s serves again"
            .formatted(order.words(), hostOf(order.to()), hostOf(order.from()));
    return ended(pair, PairEvent.TEST_FAILOVER_PASSED, reason, Optional.empty(), now);
  }

  /** A test failover has ended otherwise. */
  static Transition testFailed(Pair pair, String reason, Instant now) {
    String sentence =
        "%s ends, the instance serves on %s: %s"
            .formatted(
                pair.standingOrder().map(StandingOrder::words).orElse("a test failover"),
                hostOf(pair.members().primary()),
                reason);
    return ended(pair, PairEvent.TEST_FAILOVER_FAILED, sentence, Optional.empty(), now);
  }

  private static Transition ended(
      Pair pair, PairEvent event, String reason, Optional<StandingOrder> next, Instant now) {
    PairDraft draft = pair.draft();
    draft.standingOrder = next;
    Map<String, Object> detail = new HashMap<>();
    pair.standingOrder()
        .ifPresent(
            order -> {
              detail.putAll(detail(order));
              detail.put("took_ms", Duration.between(order.orderedAt(), now).toMillis());
            });
    return Transitions.moved(pair, draft, event, reason, detail, List.of(), now);
  }

  private static Map<String, Object> detail(StandingOrder order) {
    Map<String, Object> detail = new HashMap<>();
    detail.put("operator", order.operator());
    detail.put("drain", order.drain());
    order.from().ifPresent(host -> detail.put("from", host));
    order.to().ifPresent(host -> detail.put("to", host));
    return detail;
  }

  private static String hostOf(Optional<String> host) {
    return host.orElse("?");
  }
}
