package dev.hacolo.service.domain;

import dev.hacolo.service.domain.OperatorOrders.Result;
import java.time.Instant;
import java.util.Optional;

/** Suspends and resumes the protection of a pair, and says where that makes no sense. */
public final class ProtectionOrders {
  private ProtectionOrders() {}

  /** The pair leaves COLO and is not protected again before {@link #resume}. */
  public static Result suspend(Pair pair, String operator, Instant now) {
    if (OperatorOrders.ends(pair)) {
      return new Result.Refused("the pair is released or being released");
    }
    Optional<StandingOrder> standing = pair.standingOrder();
    if (pair.state() == PairState.SUSPENDED || isSuspension(standing)) {
      return new Result.AlreadyDone();
    }
    Optional<StandingOrder> roles = standing.filter(StandingOrder::changesRoles);
    if (roles.isPresent()) {
      return new Result.Refused(
          roles.get().words() + " is under way: suspend the pair when that has ended");
    }
    return new Result.Accepted(
        OrderTransitions.ordered(
            pair,
            PairEvent.SUSPEND_ORDERED,
            StandingOrder.suspend(pair, operator, now),
            "operator %s suspends the protection".formatted(operator),
            now));
  }

  /** The pair is protected again, as any that needs it. */
  public static Result resume(Pair pair, String operator, Instant now) {
    if (OperatorOrders.ends(pair)) {
      return new Result.Refused("the pair is released or being released");
    }
    return pair.state() == PairState.SUSPENDED || isSuspension(pair.standingOrder())
        ? new Result.Accepted(OrderTransitions.resumed(pair, operator, now))
        : new Result.AlreadyDone();
  }

  private static boolean isSuspension(Optional<StandingOrder> order) {
    return order.filter(o -> o.kind() == StandingOrder.Kind.SUSPEND).isPresent();
  }
}
