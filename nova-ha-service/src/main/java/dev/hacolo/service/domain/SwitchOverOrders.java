package dev.hacolo.service.domain;

import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.service.domain.OperatorOrders.Result;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Planned changes of the roles, and where they make no sense. */
public final class SwitchOverOrders {
  private SwitchOverOrders() {}

  /** The primary hands over to the secondary; nothing is lost. */
  public static Result switchOver(Pair pair, Hosts hosts, String operator, Instant now) {
    return judge(pair, hosts, StandingOrder.switchOver(pair, operator, false, now), now);
  }

  /** The same, and back as soon as the pair is protected again. */
  public static Result testFailover(Pair pair, Hosts hosts, String operator, Instant now) {
    return judge(pair, hosts, StandingOrder.testFailover(pair, operator, now), now);
  }

  private static Result judge(Pair pair, Hosts hosts, StandingOrder order, Instant now) {
    Optional<StandingOrder> standing = pair.standingOrder();
    if (standing.isPresent() && !OperatorOrders.ends(pair)) {
      return standing.get().kind() == order.kind()
          ? new Result.AlreadyDone()
          : new Result.Refused(standing.get().words() + " is under way");
    }
    Optional<String> obstacle = obstacle(pair, hosts).or(() -> noWayBack(pair, hosts, order));
    return obstacle
        .<Result>map(Result.Refused::new)
        .orElseGet(() -> new Result.Accepted(ordered(pair, order, now)));
  }

  static Transition ordered(Pair pair, StandingOrder order, Instant now) {
    boolean test = order.kind() == StandingOrder.Kind.TEST_FAILOVER;
    String reason =
        "%s is to hand over to %s: %s"
            .formatted(order.from().orElse("?"), order.to().orElse("?"), order.words());
    return OrderTransitions.ordered(
        pair,
        test ? PairEvent.TEST_FAILOVER_ORDERED : PairEvent.SWITCH_OVER_ORDERED,
        order,
        reason,
        now);
  }

  /** The second half of a test failover. */
  static Transition wayBack(Pair pair, StandingOrder order, Instant now) {
    String reason =
        "%s is to hand over to %s again: %s"
            .formatted(order.to().orElse("?"), order.from().orElse("?"), order.words());
    return OrderTransitions.ordered(pair, PairEvent.SWITCH_OVER_ORDERED, order, reason, now);
  }

  private static Optional<String> noWayBack(Pair pair, Hosts hosts, StandingOrder order) {
    return pair.members()
        .primary()
        .filter(host -> order.kind() == StandingOrder.Kind.TEST_FAILOVER)
        .flatMap(
            host ->
                hosts
                    .fleet()
                    .drainedBy(host)
                    .map(why -> "%s is %s: there would be no way back".formatted(host, why)));
  }

  /** Why the primary cannot hand over now. */
  static Optional<String> obstacle(Pair pair, Hosts hosts) {
    if (pair.state() != PairState.PROTECTED) {
      return Optional.of(
          "the pair is %s: only the primary of a PROTECTED pair can hand over"
              .formatted(pair.state()));
    }
    if (pair.releaseCause().isPresent()) {
      return Optional.of("the pair is being released");
    }
    Members members = pair.members();
    return notReady(pair, hosts, members.primary(), members.primaryIncarnation(), false)
        .or(() -> notReady(pair, hosts, members.secondary(), members.secondaryIncarnation(), true))
        .or(
            () ->
                members
                    .secondary()
                    .flatMap(
                        host ->
                            hosts
                                .fleet()
                                .drainedBy(host)
                                .map(
                                    why ->
                                        "%s, which would take over, is %s".formatted(host, why))));
  }

  /**
   * A secondary's agent has to be the one that was armed; a primary's may have restarted since: its
   * VM is the state that counts.
   */
  private static Optional<String> notReady(
      Pair pair, Hosts hosts, Optional<String> host, Optional<UUID> armed, boolean secondary) {
    String name = host.orElse("?");
    Optional<HostView> view = hosts.alive(name);
    if (view.isEmpty()) {
      return Optional.of("the agent on %s is silent".formatted(name));
    }
    boolean restarted =
        secondary && armed.filter(view.get().report().incarnation()::equals).isEmpty();
    boolean ready =
        view.get()
            .session(pair.id())
            .filter(session -> session.generation() == pair.generation())
            .filter(session -> session.phase() == SessionPhase.PROTECTED)
            .isPresent();
    return ready && !restarted
        ? Optional.empty()
        : Optional.of("the agent on %s does not report the pair as protected".formatted(name));
  }
}
