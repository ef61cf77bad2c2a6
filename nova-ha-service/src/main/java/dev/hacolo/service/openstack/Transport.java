package dev.hacolo.service.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.openstack4j.core.transport.HttpMethod;
import org.openstack4j.core.transport.HttpRequest;
import org.openstack4j.core.transport.ObjectMapperSingleton;

/**
 * Carries one openstack4j request over kept-alive HTTP/1.1 connections; thread-safe. Redirects are
 * not followed: they would take the token elsewhere.
 */
final class Transport implements AutoCloseable {
  /** A page of 1000 servers is about 4 MiB; four times that is no honest answer. */
  private static final long LONGEST_BODY = 16L << 20;

  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final HttpClient client;
  private final JsonMapper json = new JsonMapper();

  Transport(Optional<SSLContext> trust) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT);
    trust.ifPresent(builder::sslContext);
    client = builder.build();
  }

  /**
   * Sends the request and reads the answer, body included, within {@code limit}.
   *
   * @throws IOException if the connection fails or the time is over
   */
  Answer send(HttpRequest<?> request, Duration limit) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(translate(request), info -> new BoundedBody(LONGEST_BODY));
    try {
      return read(answer.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      throw new IOException("no answer within %d ms".formatted(limit.toMillis()), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static java.net.http.HttpRequest translate(HttpRequest<?> request) throws IOException {
    String body = body(request);
    java.net.http.HttpRequest.Builder builder =
        java.net.http.HttpRequest.newBuilder(URI.create(request.getUrl()))
            .method(
                request.getMethod().name(),
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("Accept", "application/json")
            .header("User-Agent", "ha-colo");
    if (!body.isEmpty() || request.getMethod() != HttpMethod.GET) {
      builder.header("Content-Type", "application/json");
    }
    request.getHeaders().forEach((name, value) -> builder.header(name, String.valueOf(value)));
    return builder.build();
  }

  private static String body(HttpRequest<?> request) throws IOException {
    if (request.getEntity() != null) {
      return ObjectMapperSingleton.getContext(request.getEntity().getClass())
          .writeValueAsString(request.getEntity());
    }
    return request.getJson();
  }

  private Answer read(HttpResponse<byte[]> response) {
    return new Answer(
        response.statusCode(),
        parse(response.body()),
        response.headers().firstValue("X-Openstack-Request-Id"),
        response.headers().firstValue("X-Subject-Token"),
        response.headers().firstValue("Retry-After").flatMap(Transport::seconds));
  }

  private JsonNode parse(byte[] body) {
    try {
      return json.readTree(body);
    } catch (IOException e) {
      return MissingNode.getInstance(); // A proxy's HTML page; the status says enough.
    }
  }

  /** The date form of Retry-After is not used by OpenStack and is ignored. */
  private static Optional<Duration> seconds(String text) {
    return text.matches("\\d{1,6}")
        ? Optional.of(Duration.ofSeconds(Integer.parseInt(text)))
        : Optional.empty();
  }

  /** Ends the connections; on JDK 17 the client has no close and ends when it is collected. */
  @Override
  public void close() {
    if ((Object) client instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("the HTTP client does not close", e);
      }
    }
  }
}
