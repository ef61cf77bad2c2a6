package dev.hacolo.service.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hacolo.common.api.ApiError;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.identity.PeerIdentity;
import dev.hacolo.service.config.TlsConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Orders and questions to agents: HTTPS with both certificates, no redirects. Agents are reached by
 * addresses that need not be in their certificates; so instead of the host name it is checked,
 * before anything is sent, that the certificate is an AGENT's of exactly the host that is meant.
 * Never blocks; every call ends within its deadline.
 */
public final class AgentClient {
  private static final int MAX_ANSWER = 256 * 1024;

  private final HttpClient client;
  private final Duration timeout;

  /**
   * Makes the client.
   *
   * @param timeout deadline of an order, connection included
   */
  public AgentClient(Vertx vertx, TlsConfig tls, Duration timeout) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setKeyCertOptions(tls.identity())
            .setTrustOptions(tls.trust())
            .setVerifyHost(false)
            .setConnectTimeout((int) timeout.toMillis())
            .setKeepAliveTimeout(30)
            .setTcpNoDelay(true);
    client = vertx.createHttpClient(options);
    this.timeout = timeout;
  }

  private record Answer(int status, Buffer body) {}

  /** Gives an order; the future never fails. */
  public Future<AgentAnswer> order(HostReport host, SessionOrder order) {
    Buffer body;
    try {
      body = Buffer.buffer(ApiJson.mapper().writeValueAsBytes(order));
    } catch (JsonProcessingException e) {
      return Future.succeededFuture(new AgentAnswer.Refused("the order cannot be written"));
    }
    return exchange(
            host, HttpMethod.PUT, "/v1/sessions/" + order.pairId(), Optional.of(body), timeout)
        .map(answer -> judge(host.host(), answer))
        .otherwise(fault -> new AgentAnswer.Failed(sentence(host.host(), fault)));
  }

  /** Asks a primary's agent to hand over to its secondary; the future never fails. */
  public Future<AgentAnswer> handOver(HostReport host, UUID pairId, long generation) {
    String path = "/v1/sessions/" + pairId + "/hand-over";
    Buffer body = Buffer.buffer("{\"generation\":%d}".formatted(generation));
    return exchange(host, HttpMethod.POST, path, Optional.of(body), timeout)
        .map(answer -> judge(host.host(), answer))
        .otherwise(fault -> new AgentAnswer.Failed(sentence(host.host(), fault)));
  }

  /** Asks for a session; empty if there is none. Fails without an answer within the deadline. */
  public Future<Optional<SessionReport>> session(HostReport host, UUID pairId, Duration deadline) {
    return exchange(host, HttpMethod.GET, "/v1/sessions/" + pairId, Optional.empty(), deadline)
        .map(AgentClient::session);
  }

  private static Optional<SessionReport> session(Answer answer) {
    try {
      return answer.status() == 200
          ? Optional.of(ApiJson.mapper().readValue(answer.body().getBytes(), SessionReport.class))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Future<Answer> exchange(
      HostReport host, HttpMethod method, String path, Optional<Buffer> body, Duration deadline) {
    Optional<RequestOptions> options = options(host, method, path, deadline);
    if (options.isEmpty()) {
      return Future.failedFuture("its api_url is not an https URL");
    }
    Exchange exchange = new Exchange();
    return client
        .request(options.get())
        .compose(request -> exchange.opened(request) ? send(host.host(), request, body) : late())
        .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(fault -> exchange.abort());
  }

  /** Sees to it that nothing is sent after the deadline. */
  private static final class Exchange {
    private @Nullable HttpClientRequest request;
    private boolean aborted;

    synchronized boolean opened(HttpClientRequest opened) {
      request = opened;
      if (aborted) {
        opened.reset();
      }
      return !aborted;
    }

    synchronized void abort() {
      aborted = true;
      if (request != null) {
        request.reset();
      }
    }
  }

  private static Future<Answer> late() {
    return Future.failedFuture("the connection came too late");
  }

  private static Optional<RequestOptions> options(
      HostReport host, HttpMethod method, String path, Duration deadline) {
    try {
      URI base = URI.create(host.apiUrl());
      if (!"https".equals(base.getScheme()) || base.getHost() == null) {
        return Optional.empty();
      }
      String name = base.getHost();
      return Optional.of(
          new RequestOptions()
              .setMethod(method)
              .setHost(name.startsWith("[") ? name.substring(1, name.length() - 1) : name)
              .setPort(base.getPort() < 0 ? 443 : base.getPort())
              .setURI(path)
              .setSsl(true)
              .setFollowRedirects(false)
              .setConnectTimeout(deadline.toMillis())
              .putHeader("Content-Type", "application/json"));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Future<Answer> send(
      String host, HttpClientRequest request, Optional<Buffer> body) {
    if (!isAgentOf(host, request)) {
      request.reset();
      return Future.failedFuture("another certificate than that of agent " + host);
    }
    return body.map(request::send).orElseGet(request::send).compose(AgentClient::read);
  }

  private static boolean isAgentOf(String host, HttpClientRequest request) {
    try {
      Certificate[] chain = request.connection().sslSession().getPeerCertificates();
      return chain[0] instanceof X509Certificate certificate
          && PeerIdentity.of(certificate)
              .filter(new PeerIdentity(PeerIdentity.Role.AGENT, host)::equals)
              .isPresent();
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }

  private static Future<Answer> read(HttpClientResponse response) {
    Buffer body = Buffer.buffer();
    response.handler(
        chunk -> {
          if (body.length() + chunk.length() > MAX_ANSWER) {
            response.request().reset();
          } else {
            body.appendBuffer(chunk);
          }
        });
    return response.end().map(done -> new Answer(response.statusCode(), body));
  }

  private static AgentAnswer judge(String host, Answer answer) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return new AgentAnswer.Accepted();
    }
    String reason = "the agent on %s answers %d%s".formatted(host, status, detail(answer));
    boolean forGood = status >= 400 && status < 500 && status != 408 && status != 429;
    return forGood ? new AgentAnswer.Refused(reason) : new AgentAnswer.Failed(reason);
  }

  private static String detail(Answer answer) {
    try {
      ApiError error = ApiJson.mapper().readValue(answer.body().getBytes(), ApiError.class);
      return error.errors().isEmpty() ? "" : ": " + error.errors().get(0).detail();
    } catch (IOException | RuntimeException e) {
      return "";
    }
  }

  private static String sentence(String host, Throwable fault) {
    String message = fault.getMessage();
    return "the agent on %s cannot be reached: %s"
        .formatted(host, message == null ? fault.getClass().getSimpleName() : message);
  }

  /** Closes all connections. */
  public Future<Void> close() {
    return client.close();
  }
}
