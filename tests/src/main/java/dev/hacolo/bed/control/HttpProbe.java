package dev.hacolo.bed.control;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks a server's readiness endpoint, over plain HTTP. */
final class HttpProbe {
  private static final int TIMEOUT_MS = 2000;

  private HttpProbe() {}

  static boolean isReady(String address) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://" + address + "/readyz").toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    try {
      return connection.getResponseCode() == 200;
    } finally {
      connection.disconnect();
    }
  }
}
