package dev.hacolo.bed.control;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Patience;
import dev.hacolo.common.api.ApiJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * A client of the service's or an agent's REST API, with a certificate. Sockets belong to the
 * namespace of the thread that constructs it.
 */
public final class ApiClient {
  /** A JVM that has just started on a busy machine takes its time: more than 5 s have been seen. */
  private static final Duration TIMEOUT = Patience.with(Duration.ofSeconds(15));

  private static final int CONFLICT = 409;

  private final String base;
  private final HttpClient client;

  /**
   * Prepares a client; it does not connect yet.
   *
   * @param base URL of the server
   * @param credentials who asks
   */
  public ApiClient(String base, CertificateAuthority.Credentials credentials) {
    this.base = base;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .sslContext(TlsFiles.context(credentials))
            .build();
  }

  /** Reads a resource, which must be there. */
  public JsonNode get(String path) {
    return send(HttpRequest.newBuilder(URI.create(base + path)).GET(), "GET " + path);
  }

  /** Starts an action. */
  public JsonNode post(String path) {
    return post(path, Map.of());
  }

  /** Starts an action that has arguments. */
  public JsonNode post(String path, Object body) {
    return send("POST", path, body);
  }

  /** Writes a resource. */
  public JsonNode put(String path, Object body) {
    return send("PUT", path, body);
  }

  /**
   * Gives an order that may make no sense any more.
   *
   * @return whether it was taken; false: 409, it was refused with a reason
   * @throws BedException on any other answer, and without one
   */
  public boolean order(String path, Object body) {
    String what = "POST " + path;
    HttpResponse<String> response = ask(written("POST", path, body), what);
    return response.statusCode() != CONFLICT && read(response, what) != null;
  }

  private JsonNode send(String method, String path, Object body) {
    return send(written(method, path, body), method + " " + path);
  }

  private HttpRequest.Builder written(String method, String path, Object body) {
    try {
      String json = ApiJson.mapper().writeValueAsString(body);
      return HttpRequest.newBuilder(URI.create(base + path))
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(json));
    } catch (IOException e) {
      throw new BedException("the body of %s %s cannot be written".formatted(method, path), e);
    }
  }

  private JsonNode send(HttpRequest.Builder request, String what) {
    return read(ask(request, what), what);
  }

  private HttpResponse<String> ask(HttpRequest.Builder request, String what) {
    try {
      return client.send(
          request.timeout(TIMEOUT).header("Accept", "application/json").build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new BedException("%s failed: %s".formatted(what, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted during " + what, e);
    }
  }

  private static JsonNode read(HttpResponse<String> response, String what) {
    if (response.statusCode() / 100 != 2) {
      throw new BedException(
          "%s was answered with status %d: %s"
              .formatted(what, response.statusCode(), response.body()));
    }
    try {
      return ApiJson.mapper().readTree(response.body());
    } catch (IOException e) {
      throw new BedException("the answer to %s cannot be read".formatted(what), e);
    }
  }
}
