package dev.hacolo.service.domain;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import java.util.List;
import java.util.Optional;

/** From REQUESTED or SOLO to a chosen host with reserved resources. */
final class PairingDecision {
  private PairingDecision() {}

  static Decision choose(Situation s) {
    Pair pair = s.pair();
    if (pair.members().primary().isEmpty()) {
      return s.waiting("Nova has no host for the server yet");
    }
    String host = pair.members().primary().get();
    Optional<HostView> primary = s.primary();
    if (primary.isEmpty()) {
      return s.primarySilent()
          ? s.waiting("the agent on %s, where the server runs, is silent".formatted(host))
          : Decision.rest();
    }
    Optional<HostOrder> first = leftover(s, primary.get());
    if (first.isPresent()) {
      return Decision.order(first.get());
    }
    Optional<HostReport.Guest> guest = primary.get().guest(pair.instance().uuid());
    if (guest.isEmpty()) {
      return Decision.act(
          new Action.VerifyServer("the agent on %s does not find the guest".formatted(host)));
    }
    return blocked(s, guest.get()).orElseGet(() -> choose(s, primary.get().report(), guest.get()));
  }

  /** SUSPENDED: nothing is begun, what is left of an earlier attempt ends. */
  static Decision rest(Situation s) {
    return s.primary()
        .flatMap(primary -> leftover(s, primary))
        .map(Decision::order)
        .orElseGet(Decision::rest);
  }

  /** What is left of an earlier attempt on the primary's host has to be ended first. */
  private static Optional<HostOrder> leftover(Situation s, HostView primary) {
    String host = primary.report().host();
    Optional<SessionReport> session = primary.session(s.pair().id());
    if (session.isEmpty()) {
      return Optional.empty();
    }
    if (s.pair().protectedAt().isEmpty()) {
      return Optional.of(s.plain(host, SessionTarget.ABSENT));
    }
    boolean solo =
        session.get().target() == SessionTarget.SOLO && session.get().phase() == SessionPhase.SOLO;
    return solo ? Optional.empty() : Optional.of(s.plain(host, SessionTarget.SOLO));
  }

  private static Optional<Decision> blocked(Situation s, HostReport.Guest guest) {
    Pair pair = s.pair();
    if (pair.retryAt().filter(s.now()::isBefore).isPresent()) {
      return Optional.of(Decision.rest());
    }
    if (!guest.running()) {
      return Optional.of(s.waiting("the guest is not running"));
    }
    if (FlavorSpecParser.parse(pair.instance().extraSpecs(), pair.instance().vcpus())
        instanceof FlavorSpecParser.Result.Invalid invalid) {
      return Optional.of(s.waiting(invalid.reason()));
    }
    if (s.cloudWork().isPresent()) {
      String fault = s.cloudWork().get();
      return Optional.of(
          fault.isBlank()
              ? Decision.rest()
              : s.waiting("earlier work in Neutron and Placement is not done: " + fault));
    }
    return s.hosts().settled() ? busy(s) : Optional.of(Decision.rest());
  }

  private static Optional<Decision> busy(Situation s) {
    String host = hostOf(s.pair().members().primary());
    return s.hosts()
        .fleet()
        .busy(host)
        .map(why -> s.waiting("%s %s: the next one waits for the end of one".formatted(host, why)));
  }

  private static Decision choose(Situation s, HostReport primary, HostReport.Guest guest) {
    SecondaryVcpus vcpus = vcpus(s.pair());
    HostChoice choice =
        HostChooser.choose(
            s.pair(),
            vcpus.count(),
            primary,
            guest.description(),
            s.hosts(),
            s.settings().failureDomainRequired(),
            HostWish.of(s.pair(), s.now()));
    return choice
        .host()
        .map(host -> Decision.apply(Transitions.hostChosen(s.pair(), host, vcpus, choice, s.now())))
        .orElseGet(() -> s.waiting(choice.summary(), Optional.of(choice)));
  }

  private static SecondaryVcpus vcpus(Pair pair) {
    int all = pair.instance().vcpus();
    return FlavorSpecParser.valid(pair.instance())
        .map(spec -> pair.secondaryVcpus().renewed(spec, all))
        .orElseGet(pair::secondaryVcpus);
  }

  static Decision prepare(Situation s) {
    Pair pair = s.pair();
    for (String host : List.of(hostOf(pair.members().primary()), secondaryOf(pair))) {
      if (s.hosts().silent(host)) {
        return s.abandon("the agent on %s went silent".formatted(host));
      }
    }
    if (FlavorSpecParser.valid(pair.instance()).isPresent()) {
      return Decision.act(
          new Action.PrepareSecondary(secondaryOf(pair), pair.secondaryVcpus().count()));
    }
    return s.abandon("the flavor changed while a host was being prepared");
  }

  private static String secondaryOf(Pair pair) {
    return hostOf(pair.members().secondary());
  }

  private static String hostOf(Optional<String> host) {
    return host.orElseThrow(
        () -> new IllegalStateException("a pair that is being made has its hosts"));
  }
}
