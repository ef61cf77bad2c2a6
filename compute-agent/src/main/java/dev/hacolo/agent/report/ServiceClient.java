package dev.hacolo.agent.report;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.identity.IdentityTrustManager;
import dev.hacolo.common.identity.PeerIdentity.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** Calls of the agent to one replica of nova-ha-service: HTTPS with mutual TLS. */
final class ServiceClient {
  private static final long DEADLINE_MILLIS = 3_000;
  private static final int DEFAULT_PORT = 9700;

  private final WebClient client;
  private final URI service;

  /** Connects at the first call. */
  ServiceClient(Vertx vertx, AgentConfig config, URI service) {
    this.service = service;
    WebClientOptions options =
        new WebClientOptions()
            .setSsl(true)
            .setVerifyHost(false)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(config.tls().certificate().toString())
                    .setKeyPath(config.tls().key().toString()))
            .setTrustOptions(trust(config))
            .setFollowRedirects(false)
            .setConnectTimeout(1_000)
            .setKeepAliveTimeout(30)
            .setTcpNoDelay(true);
    this.client = WebClient.create(vertx, options);
  }

  /** The service's certificate carries its role; where it listens is no matter of trust. */
  private static TrustOptions trust(AgentConfig config) {
    try {
      return TrustOptions.wrap(
          IdentityTrustManager.of(config.tls().ca(), id -> id.role() == Role.SERVICE));
    } catch (GeneralSecurityException | IOException e) {
      throw new StepException("tls.ca cannot be used: " + e.getMessage());
    }
  }

  /** Sends a heartbeat. */
  Future<Void> report(HostReport report) {
    return send(HttpMethod.PUT, "/agent/v1/hosts/" + report.host(), report).mapEmpty();
  }

  /** Sends a claim; idempotent by its nonce. */
  Future<ClaimDecision> claim(Claim claim) {
    return send(HttpMethod.POST, "/agent/v1/claims", claim)
        .map(
            response -> {
              try {
                return decision(response.body());
              } catch (IOException e) {
                throw new StepException("the service's decision cannot be read: " + e.getMessage());
              }
            });
  }

  @Override
  public String toString() {
    return "the service at " + service;
  }

  private static ClaimDecision decision(@Nullable Buffer body) throws IOException {
    byte[] json = body == null ? new byte[0] : body.getBytes();
    ClaimDecision decision = ApiJson.mapper().readValue(json, ClaimDecision.class);
    if (decision == null) {
      throw new IOException("it is null");
    }
    return decision;
  }

  private Future<HttpResponse<Buffer>> send(HttpMethod method, String path, Object body) {
    byte[] json;
    try {
      json = ApiJson.mapper().writeValueAsBytes(body);
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
    int port = service.getPort() < 0 ? DEFAULT_PORT : service.getPort();
    return client
        .request(method, port, service.getHost(), path)
        .timeout(DEADLINE_MILLIS)
        .putHeader("Content-Type", "application/json")
        .sendBuffer(Buffer.buffer(json))
        .compose(
            response ->
                response.statusCode() / 100 == 2
                    ? Future.succeededFuture(response)
                    : Future.failedFuture(
                        new StepException(
                            "the service answered %s %s with %d"
                                .formatted(method, path, response.statusCode()))));
  }
}
