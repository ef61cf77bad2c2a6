package dev.hacolo.service.api;

import dev.hacolo.common.api.PathLoad;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.VcpuAllocation;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.HostChoice;
import dev.hacolo.service.domain.HostView;
import dev.hacolo.service.domain.Hosts;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairState;
import dev.hacolo.service.domain.ReleaseCause;
import dev.hacolo.service.domain.SecondaryVcpus;
import dev.hacolo.service.domain.StandingOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A pair as the API shows it.
 *
 * @param diskPercent progress of the disk copy while SYNCING, from the primary's last report
 * @param ramPercent progress of the RAM copy while SYNCING
 * @param checkpoints checkpoints of this generation, from the primary's last report
 * @param secondaryVcpus how many vCPUs the secondary may run
 * @param secondaryVcpusMode who says so
 * @param standingOrder what an operator has ordered and is not carried out yet
 * @param hostChoice why each host was or was not taken; only where one pair is shown
 * @param sessions what the agents report now; only where one pair is shown
 */
record PairView(
    UUID id,
    UUID instanceUuid,
    String name,
    String projectId,
    PairState state,
    Instant stateSince,
    long generation,
    @Nullable String primaryHost,
    @Nullable String secondaryHost,
    List<String> deposedHosts,
    String reason,
    int attempts,
    @Nullable Instant retryAt,
    @Nullable ReleaseCause releaseCause,
    Instant createdAt,
    @Nullable Instant protectedAt,
    @Nullable Integer diskPercent,
    @Nullable Integer ramPercent,
    @Nullable Long checkpoints,
    int secondaryVcpus,
    SecondaryVcpus.Mode secondaryVcpusMode,
    @Nullable Order standingOrder,
    @Nullable Choice hostChoice,
    @Nullable List<Session> sessions) {

  /** The last host choice. */
  record Choice(@Nullable String host, String summary, List<HostChoice.Candidate> hosts) {
    static Choice of(HostChoice choice) {
      return new Choice(choice.host().orElse(null), choice.summary(), choice.hosts());
    }
  }

  /** A standing order of an operator. */
  record Order(
      StandingOrder.Kind kind,
      StandingOrder.Step step,
      String operator,
      boolean drain,
      @Nullable String from,
      @Nullable String to,
      Instant orderedAt) {
    static Order of(StandingOrder order) {
      return new Order(
          order.kind(),
          order.step(),
          order.operator(),
          order.drain(),
          order.from().orElse(null),
          order.to().orElse(null),
          order.orderedAt());
    }
  }

  /** An agent's session. */
  record Session(
      String host,
      boolean hostAlive,
      long generation,
      String target,
      SessionPhase phase,
      int diskPercent,
      int ramPercent,
      long checkpoints,
      boolean guestRunning,
      @Nullable String reason,
      @Nullable VcpuAllocation vcpuAllocation,
      @Nullable PathLoad pathLoad) {
    static Session of(HostView view, SessionReport report) {
      return new Session(
          view.report().host(),
          view.alive(),
          report.generation(),
          report.target().name(),
          report.phase(),
          report.diskPercent(),
          report.ramPercent(),
          report.checkpoints(),
          report.guestRunning(),
          report.reason(),
          report.vcpuAllocation(),
          report.pathLoad());
    }
  }

  static PairView brief(Pair pair, AgentDirectory directory) {
    return of(pair, directory.hosts(), false);
  }

  static PairView full(Pair pair, AgentDirectory directory) {
    return of(pair, directory.hosts(), true);
  }

  private static PairView of(Pair pair, Hosts hosts, boolean full) {
    Optional<SessionReport> primary =
        pair.members()
            .primary()
            .flatMap(host -> Optional.ofNullable(hosts.byName().get(host)))
            .flatMap(view -> view.session(pair.id()))
            .filter(session -> session.generation() == pair.generation());
    Optional<SessionReport> syncing = primary.filter(session -> pair.state() == PairState.SYNCING);
    return new PairView(
        pair.id(),
        pair.instance().uuid(),
        pair.instance().name(),
        pair.instance().projectId(),
        pair.state(),
        pair.stateSince(),
        pair.generation(),
        pair.members().primary().orElse(null),
        pair.members().secondary().orElse(null),
        pair.members().deposed(),
        pair.reason(),
        pair.attempts(),
        pair.retryAt().orElse(null),
        pair.releaseCause().orElse(null),
        pair.createdAt(),
        pair.protectedAt().orElse(null),
        syncing.map(SessionReport::diskPercent).orElse(null),
        syncing.map(SessionReport::ramPercent).orElse(null),
        primary.map(SessionReport::checkpoints).orElse(null),
        pair.secondaryVcpus().count(),
        pair.secondaryVcpus().mode(),
        pair.standingOrder().map(Order::of).orElse(null),
        full ? pair.choice().map(Choice::of).orElse(null) : null,
        full ? sessions(pair, hosts) : null);
  }

  private static List<Session> sessions(Pair pair, Hosts hosts) {
    return hosts.byName().values().stream()
        .flatMap(view -> view.session(pair.id()).map(report -> Session.of(view, report)).stream())
        .toList();
  }
}
