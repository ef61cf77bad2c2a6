package dev.hacolo.bed.control;

import dev.hacolo.bed.process.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a server whether it is ready and what it has counted, over plain HTTP. */
final class HttpProbe {
  private static final int TIMEOUT_MS = (int) Patience.with(Duration.ofSeconds(2)).toMillis();

  private HttpProbe() {}

  static boolean isReady(String address) throws IOException {
    HttpURLConnection connection = open(address, "/readyz");
    try {
      return connection.getResponseCode() == 200;
    } finally {
      connection.disconnect();
    }
  }

  /** What a server has counted, in Prometheus' text format. */
  static String metrics(String address) throws IOException {
    HttpURLConnection connection = open(address, "/metrics");
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      connection.disconnect();
    }
  }

  private static HttpURLConnection open(String address, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://" + address + path).toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    return connection;
  }
}
