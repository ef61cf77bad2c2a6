package dev.hacolo.service.api;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.HostView;
import dev.hacolo.service.domain.Hosts;
import dev.hacolo.service.store.HostStore;
import dev.hacolo.service.store.Lane;
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
  private final AgentDirectory directory;
  private final Lane lane;

  HostRoutes(HostStore hosts, AgentDirectory directory, Lane lane) {
    this.hosts = hosts;
    this.directory = directory;
    this.lane = lane;
  }

  /**
   * A host as the API shows it.
   *
   * @param alive whether its agent reports
   * @param computeUp whether Nova's compute service is up, absent if Nova does not know it
   * @param lastSeen as written down, up to 10 s old while it is alive
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
      List<UUID> guests,
      List<UUID> pairs) {}

  void mount(Router router) {
    router.get("/v1/hosts").handler(this::list);
    router.get("/v1/hosts/:name").handler(this::show);
  }

  private void list(RoutingContext context) {
    lane.run(() -> hosts.all().stream().map(this::view).toList())
        .onSuccess(views -> Exchange.json(context, 200, Map.of("hosts", views)))
        .onFailure(context::fail);
  }

  private void show(RoutingContext context) {
    String name = String.valueOf(context.pathParam("name"));
    lane.run(
            () ->
                hosts
                    .find(name)
                    .map(this::view)
                    .orElseThrow(
                        () ->
                            new ApiFailure(
                                404, "ha-colo.host.not-found", "no agent of this name reported")))
        .onSuccess(view -> Exchange.json(context, 200, Map.of("host", view)))
        .onFailure(context::fail);
  }

  private View view(HostStore.Stored stored) {
    Hosts now = directory.hosts();
    String name = stored.report().host();
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
        report.guests().stream().map(guest -> guest.description().uuid()).toList(),
        report.sessions().stream().map(session -> session.pairId()).toList());
  }
}
