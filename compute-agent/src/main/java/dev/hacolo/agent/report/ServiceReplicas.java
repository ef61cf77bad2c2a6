package dev.hacolo.agent.report;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.HostReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Every replica of nova-ha-service: each is told of this host, so that each knows which primaries
 * live; any of them decides a claim. Event-loop confined.
 */
public final class ServiceReplicas {
  private final Vertx vertx;
  private final List<ServiceClient> replicas;
  private final FirstAnswer<Claim, ClaimDecision> claims;
  private List<Heartbeats> heartbeats = List.of();

  /** Connects at the first call. */
  public ServiceReplicas(Vertx vertx, AgentConfig config) {
    this.vertx = vertx;
    this.replicas =
        config.network().services().stream()
            .map(url -> new ServiceClient(vertx, config, url))
            .toList();
    this.claims =
        new FirstAnswer<>(
            vertx,
            replicas.stream()
                .<Function<Claim, Future<ClaimDecision>>>map(replica -> replica::claim)
                .toList());
  }

  /** Sends a claim; idempotent by its nonce. Fails when no replica has answered. */
  public Future<ClaimDecision> claim(Claim claim) {
    return claims.ask(claim);
  }

  /**
   * From now on the replicas are told of this host.
   *
   * @param report makes the report with a given sequence number
   */
  public void start(LongFunction<Future<HostReport>> report) {
    heartbeats =
        replicas.stream()
            .map(replica -> new Heartbeats(vertx, replica.toString(), replica::report, report))
            .toList();
    heartbeats.forEach(Heartbeats::start);
  }

  /** Something changed that they should know now. */
  public void changed() {
    heartbeats.forEach(Heartbeats::changed);
  }
}
