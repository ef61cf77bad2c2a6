package dev.hacolo.service.bed;

import dev.hacolo.service.config.TlsConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.TimeUnit;

/** Calls the service's API with one client certificate. */
public final class ServiceClient implements AutoCloseable {
  private final HttpClient client;
  private final int port;

  /** Calls a port of this machine. */
  public ServiceClient(Vertx vertx, TlsConfig tls, int port) {
    this.port = port;
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setVerifyHost(false)
                .setKeyCertOptions(tls.identity())
                .setTrustOptions(tls.trust()));
  }

  /** An answer. */
  public record Answer(int status, String body, String requestId) {}

  /** Calls without waiting. */
  public Future<Answer> send(String method, String path, String body) {
    return client
        .request(HttpMethod.valueOf(method), port, "127.0.0.1", path)
        .compose(request -> exchange(request, body))
        .timeout(10, TimeUnit.SECONDS);
  }

  /**
   * On the connection's event loop: there nothing of the answer comes before its body is asked for.
   * A caller's thread that is late would miss it, and wait for ever.
   */
  private static Future<Answer> exchange(HttpClientRequest request, String body) {
    Future<HttpClientResponse> sent = body.isEmpty() ? request.send() : request.send(body);
    return sent.compose(
        response ->
            response
                .body()
                .map(
                    text ->
                        new Answer(
                            response.statusCode(),
                            text.toString(),
                            String.valueOf(response.getHeader("X-Openstack-Request-Id")))));
  }

  /** Calls and waits. */
  public Answer call(String method, String path, String body) throws Exception {
    return send(method, path, body)
        .toCompletionStage()
        .toCompletableFuture()
        .get(15, TimeUnit.SECONDS);
  }

  /** The client itself, for streams. */
  public HttpClient http() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }
}
