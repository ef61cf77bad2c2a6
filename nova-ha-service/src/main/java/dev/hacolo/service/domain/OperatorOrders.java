package dev.hacolo.service.domain;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What an operator may order, and where it makes no sense. */
public final class OperatorOrders {
  private OperatorOrders() {}

  /** Outcome of an order. */
  public sealed interface Result {
    /** It has to be committed. */
    record Accepted(Transition transition) implements Result {}

    /** It was ordered before. */
    record AlreadyDone() implements Result {}

    /** It makes no sense; one sentence says why. */
    record Refused(String reason) implements Result {}
  }

  /** Whether nothing can be ordered for a pair any more. */
  static boolean ends(Pair pair) {
    return pair.state() == PairState.RELEASED || pair.releaseCause().isPresent();
  }

  /** The secondary takes over; the primary stands down. */
  public static Result failover(Pair pair, Hosts hosts, String operator, Instant now) {
    if (pair.state() == PairState.FAILING_OVER) {
      return new Result.AlreadyDone();
    }
    if (pair.state() != PairState.PROTECTED) {
      return new Result.Refused(
          "the pair is %s: only a PROTECTED pair can fail over".formatted(pair.state()));
    }
    if (pair.releaseCause().isPresent()) {
      return new Result.Refused("the pair is being released");
    }
    String secondary = pair.members().secondary().orElse("?");
    if (hosts.alive(secondary).isEmpty()) {
      return new Result.Refused(
          "the agent on %s, which would take over, is silent".formatted(secondary));
    }
    String reason =
        "operator %s ordered the failover to %s%s".formatted(operator, secondary, endedBy(pair));
    return new Result.Accepted(Transitions.promoted(pair, PairEvent.FAILOVER_ORDERED, reason, now));
  }

  private static String endedBy(Pair pair) {
    return pair.standingOrder()
        .filter(StandingOrder::changesRoles)
        .map(order -> "; %s ends with it".formatted(order.words()))
        .orElse("");
  }

  /**
   * The secondary may run another number of vCPUs, or as many as somebody else says.
   *
   * @param count the number where the mode is {@code OPERATOR}; else without meaning
   */
  public static Result secondaryVcpus(
      Pair pair, SecondaryVcpus.Mode mode, int count, String operator, Instant now) {
    if (ends(pair)) {
      return new Result.Refused("the pair is released or being released");
    }
    int all = pair.instance().vcpus();
    if (mode == SecondaryVcpus.Mode.OPERATOR && (count < 1 || count > all)) {
      return new Result.Refused(
          "secondary_vcpus is %d: allowed is 1 to %d, auto or flavor".formatted(count, all));
    }
    SecondaryVcpus wanted = wanted(pair, mode, count);
    if (wanted.equals(pair.secondaryVcpus())) {
      return new Result.AlreadyDone();
    }
    return new Result.Accepted(
        Transitions.secondaryVcpus(
            pair, wanted, "operator %s wants it (%s)".formatted(operator, mode), now));
  }

  private static SecondaryVcpus wanted(Pair pair, SecondaryVcpus.Mode mode, int count) {
    int all = pair.instance().vcpus();
    return switch (mode) {
      case OPERATOR -> new SecondaryVcpus(mode, count);
      case AUTO -> new SecondaryVcpus(mode, pair.secondaryVcpus().count());
      case FLAVOR ->
          FlavorSpecParser.valid(pair.instance())
              .map(spec -> SecondaryVcpus.all(all).renewed(spec, all))
              .orElseGet(() -> SecondaryVcpus.all(all));
    };
  }

  /** The protection ends; the guest runs on. */
  public static Result unprotect(Pair pair, String operator, Instant now) {
    String reason = "operator %s ended the protection".formatted(operator);
    Optional<Transition> transition =
        Transitions.releaseRequested(
            pair, ReleaseCause.OPERATOR, reason, Map.of("operator", operator), now);
    return transition
        .<Result>map(Result.Accepted::new)
        .orElseGet(
            () ->
                pair.releaseCause().filter(c -> c == ReleaseCause.OPERATOR).isPresent()
                    ? new Result.AlreadyDone()
                    : new Result.Refused("the pair is released or being released already"));
  }
}
