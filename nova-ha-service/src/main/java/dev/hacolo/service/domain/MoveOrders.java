package dev.hacolo.service.domain;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.service.domain.OperatorOrders.Result;
import java.time.Instant;
import java.util.Optional;

/** Another host for a pair's secondary, and where that makes no sense. */
public final class MoveOrders {
  private MoveOrders() {}

  /**
   * The secondary is dropped and made anew elsewhere; until then the pair is not protected. So it
   * is refused unless some host fits now.
   *
   * @param to the host it shall go to, empty: the best one
   */
  public static Result move(
      Pair pair,
      Hosts hosts,
      Optional<String> to,
      boolean domainRequired,
      String operator,
      Instant now) {
    if (OperatorOrders.ends(pair)) {
      return new Result.Refused("the pair is released or being released");
    }
    Optional<String> from = pair.members().secondary();
    if (pair.standingOrder().isPresent()) {
      return standing(pair.standingOrder().get(), to);
    }
    if (from.isEmpty()) {
      return new Result.Refused(
          "the pair is %s: it has no secondary to be moved".formatted(pair.state()));
    }
    if (to.equals(from)) {
      return new Result.AlreadyDone();
    }
    Optional<String> obstacle = obstacle(pair, hosts, to, domainRequired);
    if (obstacle.isPresent()) {
      return new Result.Refused(obstacle.get());
    }
    StandingOrder order = StandingOrder.move(pair, operator, false, from.get(), to, now);
    return new Result.Accepted(ordered(pair, order, now));
  }

  private static Result standing(StandingOrder order, Optional<String> to) {
    boolean same = order.kind() == StandingOrder.Kind.MOVE_SECONDARY && order.to().equals(to);
    return same ? new Result.AlreadyDone() : new Result.Refused(order.words() + " is under way");
  }

  static Transition ordered(Pair pair, StandingOrder order, Instant now) {
    String reason =
        "the secondary is to leave %s%s: %s"
            .formatted(
                order.from().orElse("?"),
                order.to().map(" for %s"::formatted).orElse(""),
                order.words());
    return OrderTransitions.ordered(pair, PairEvent.MOVE_ORDERED, order, reason, now);
  }

  /** Why the secondary cannot go to another host, or to this one. */
  static Optional<String> obstacle(
      Pair pair, Hosts hosts, Optional<String> to, boolean domainRequired) {
    String host = pair.members().primary().orElse("?");
    if (to.filter(host::equals).isPresent()) {
      return Optional.of("the primary runs on %s".formatted(host));
    }
    Optional<HostView> primary = hosts.alive(host);
    if (primary.isEmpty()) {
      return Optional.of("the agent on %s, where the primary runs, is silent".formatted(host));
    }
    Optional<HostReport.Guest> guest =
        primary.get().guest(pair.instance().uuid()).filter(HostReport.Guest::running);
    if (guest.isEmpty()) {
      return Optional.of("the agent on %s does not find the running guest".formatted(host));
    }
    Optional<String> busy = hosts.fleet().busy(host);
    if (busy.isPresent()) {
      return busy.map(why -> "%s, where the primary runs, %s".formatted(host, why));
    }
    HostWish wish =
        to.map(HostWish::only).orElseGet(() -> HostWish.not(pair.members().secondary().orElse("")));
    HostChoice choice =
        HostChooser.choose(
            pair,
            pair.secondaryVcpus().count(),
            primary.get().report(),
            guest.get().description(),
            hosts,
            domainRequired,
            wish);
    return choice.host().isPresent()
        ? Optional.empty()
        : Optional.of(to.map(name -> against(name, choice)).orElse(choice.summary()));
  }

  private static String against(String name, HostChoice choice) {
    return choice.hosts().stream()
        .filter(candidate -> candidate.host().equals(name))
        .findFirst()
        .map(candidate -> "%s: %s".formatted(name, String.join(", ", candidate.reasons())))
        .orElseGet(() -> "no agent of the name %s has reported".formatted(name));
  }
}
