package dev.hacolo.bed;

import dev.hacolo.bed.control.CertificateAuthority.Credentials;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.ClaimDecision.Verdict;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Stands in for nova-ha-service where agents are tested without it: swallows heartbeats and decides
 * claims, the first one of a generation wins unless it was decided before.
 */
public final class StandInArbiter implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Map<Long, String> winners = new ConcurrentHashMap<>();
  private final List<Claim> claims = new CopyOnWriteArrayList<>();

  StandInArbiter(String address, int port, Credentials tls) throws TimeoutException {
    Router router = Router.router(vertx);
    router.route().handler(BodyHandler.create(false));
    router.put("/agent/v1/hosts/:host").handler(c -> c.response().setStatusCode(204).end());
    router.post("/agent/v1/claims").handler(this::claim);
    vertx
        .createHttpServer(
            new HttpServerOptions()
                .setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setTrustOptions(new PemTrustOptions().addCertPath(tls.ca().toString()))
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .addCertPath(tls.certificate().toString())
                        .addKeyPath(tls.key().toString())))
        .requestHandler(router)
        .listen(port, address)
        .await(20, TimeUnit.SECONDS);
  }

  /** Claims so far. */
  public List<Claim> claims() {
    return List.copyOf(claims);
  }

  /** Whoever claims first in a generation: this host wins it. */
  public void decideFor(long generation, String host) {
    winners.put(generation, host);
  }

  private void claim(RoutingContext context) {
    try {
      Claim claim = ApiJson.mapper().readValue(context.body().buffer().getBytes(), Claim.class);
      claims.add(claim);
      boolean wins =
          claim.kind() == Claim.Kind.PEER_LOST
              && claim
                  .host()
                  .equals(winners.computeIfAbsent(claim.generation(), g -> claim.host()));
      ClaimDecision decision =
          new ClaimDecision(
              claim.pairId(),
              claim.generation() + 1,
              wins ? Verdict.GO_SOLO : Verdict.STAND_DOWN,
              "decided by the stand-in");
      context
          .response()
          .putHeader("Content-Type", "application/json")
          .end(ApiJson.mapper().writeValueAsString(decision));
    } catch (IOException e) {
      context.response().setStatusCode(400).end(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() throws TimeoutException {
    vertx.close().await(20, TimeUnit.SECONDS);
  }
}
