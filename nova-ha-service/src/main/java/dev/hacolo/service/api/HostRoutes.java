package dev.hacolo.service.api;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.identity.PeerIdentity;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.HostView;
import dev.hacolo.service.domain.Hosts;
import dev.hacolo.service.orchestration.DrainService;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.FleetStore;
import dev.hacolo.service.store.HostStore;
import dev.hacolo.service.store.Lane;
import dev.hacolo.service.store.PairQueries;
import dev.hacolo.service.store.PairQueries.HostPairs;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /v1/hosts}: every host whose agent has ever reported; for operators. */
final class HostRoutes {
  private final HostStore hosts;
  private final FleetStore fleet;
  private final PairQueries pairs;
  private final DrainService drains;
  private final AgentDirectory directory;
  private final Lane lane;

  HostRoutes(
      HostStore hosts,
      FleetStore fleet,
      PairQueries pairs,
      DrainService drains,
      AgentDirectory directory,
      Lane lane) {
    this.hosts = hosts;
    this.fleet = fleet;
    this.pairs = pairs;
    this.drains = drains;
    this.directory = directory;
    this.lane = lane;
  }

  /** What the database says of all hosts besides their reports. */
  private record Pairing(Map<String, FleetStore.Drain> drains, Map<String, HostPairs> pairs) {}

  /** Who drained a host, and since when. */
  private record Drain(String operator, Instant since) {}

  /**
   * A host as the API shows it.
   *
   * @param alive whether its agent reports
   * @param computeUp whether Nova's compute service is up, absent if Nova does not know it
   * @param lastSeen as written down, up to 10 s old while it is alive
   * @param drained whether pairs leave it, and none comes
   * @param drain absent unless it is drained
   * @param primaries pairs that have their primary here
   * @param secondaries pairs that have their secondary here
   */
  private record View(
      String name,
      boolean alive,
      @Nullable Boolean computeUp,
      Instant lastSeen,
      UUID incarnation,
      String agentVersion,
      int protocol,
      String apiUrl,
      String address,
      int peerPort,
      HostReport.Capabilities capabilities,
      HostReport.Capacity capacity,
      String failureDomain,
      List<String> problems,
      boolean drained,
      @Nullable Drain drain,
      long primaries,
      long secondaries,
      List<UUID> guests,
      List<UUID> pairs) {}

  void mount(Router router) {
    router.get("/v1/hosts").handler(this::list);
    router.get("/v1/hosts/:name").handler(this::show);
    router.post("/v1/hosts/:name/actions/:action").handler(this::act);
  }

  private void list(RoutingContext context) {
    lane.run(
            () -> {
              Pairing pairing = pairing();
              return hosts.all().stream().map(host -> view(host, pairing)).toList();
            })
        .onSuccess(views -> Exchange.json(context, 200, Map.of("hosts", views)))
        .onFailure(context::fail);
  }

  private void show(RoutingContext context) {
    String name = name(context);
    lane.run(
            () -> {
              Pairing pairing = pairing();
              return hosts
                  .find(name)
                  .map(host -> view(host, pairing))
                  .orElseThrow(HostRoutes::noSuchHost);
            })
        .onSuccess(view -> Exchange.json(context, 200, Map.of("host", view)))
        .onFailure(context::fail);
  }

  private void act(RoutingContext context) {
    String name = name(context);
    String operator = Exchange.peer(context, PeerIdentity.Role.OPERATOR).name();
    String action = String.valueOf(context.pathParam("action"));
    lane.run(
            () ->
                switch (action) {
                  case "drain" -> drains.drain(name, operator);
                  case "undrain" -> drains.undrain(name, operator);
                  default ->
                      throw new ApiFailure(
                          404,
                          "ha-colo.action.unknown",
                          "there is no such action: allowed are drain and undrain");
                })
        .onSuccess(
            known -> {
              if (known) {
                Exchange.empty(context, 202);
              } else {
                context.fail(noSuchHost());
              }
            })
        .onFailure(context::fail);
  }

  private static String name(RoutingContext context) {
    return String.valueOf(context.pathParam("name"));
  }

  private static ApiFailure noSuchHost() {
    return new ApiFailure(404, "ha-colo.host.not-found", "no agent of this name reported");
  }

  private Pairing pairing() throws DatabaseUnavailableException {
    return new Pairing(fleet.drains(), pairs.countByHost());
  }

  private View view(HostStore.Stored stored, Pairing pairing) {
    Hosts now = directory.hosts();
    String name = stored.report().host();
    Optional<FleetStore.Drain> drain = Optional.ofNullable(pairing.drains().get(name));
    HostPairs counts = pairing.pairs().getOrDefault(name, HostPairs.NONE);
    Optional<HostView> live = Optional.ofNullable(now.byName().get(name));
    HostReport report = live.map(HostView::report).orElse(stored.report());
    return new View(
        name,
        live.filter(HostView::alive).isPresent(),
        now.compute()
            .flatMap(all -> Optional.ofNullable(all.get(name)))
            .map(Hosts.ComputeStatus::up)
            .orElse(null),
        stored.lastSeen(),
        report.incarnation(),
        report.agentVersion(),
        report.protocol(),
        report.apiUrl(),
        report.address(),
        report.peerPort(),
        report.capabilities(),
        report.capacity(),
        report.failureDomain(),
        report.problems(),
        drain.isPresent(),
        drain.map(d -> new Drain(d.operator(), d.since())).orElse(null),
        counts.primaries(),
        counts.secondaries(),
        report.guests().stream().map(guest -> guest.description().uuid()).toList(),
        report.sessions().stream().map(session -> session.pairId()).toList());
  }
}
