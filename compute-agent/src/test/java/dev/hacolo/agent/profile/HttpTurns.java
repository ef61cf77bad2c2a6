package dev.hacolo.agent.profile;

import java.util.Random;

final class HttpTurns extends Turns {
  HttpTurns(Random random) {
    super(random);
  }

  @Override
  Turn next() {
    String path = "/" + word();
    String host = random.nextBoolean() ? "Host: a\r\n" : "hOST:\ta \r\n";
    String agent = random.nextBoolean() ? "User-Agent: " + word() + "\r\n" : "";
    String get = "GET " + path + " HTTP/1.1\r\n" + host + agent;
    String value = content(1);
    String length = "Content-Length: " + value.length() + "\r\n\r\n";
    return switch (random.nextInt(10)) {
      case 0, 1, 2 ->
          body(get + "\r\n", "HTTP/1.1 200 OK\r\nDate: x\r\n" + length, value, "", 'H', path, "");
      case 3 ->
          body(
              get + "Range: bytes=0-1\r\n\r\n",
              "HTTP/1.1 206 P\r\nContent-Range: bytes " + value.length() + "\r\n" + length,
              value,
              "",
              'H',
              path + " range",
              String.valueOf(value.length()));
      case 4 -> plain(get + "\r\n", Effect.READ, "HTTP/1.1 404 Not Found\r\n" + length + value);
      case 5 -> plain(get + "\r\n", Effect.READ, chunked(value));
      case 6 -> plain("HEAD / HTTP/1.0\r\n\r\n", Effect.READ, "HTTP/1.1 200 OK\r\n" + length);
      case 7 -> plain(get + "\r\n", Effect.READ, "HTTP/1.1 304 No\r\n" + length);
      case 8 ->
          plain(
              get + length + value, Effect.ORDER_SENSITIVE, "HTTP/1.1 200 OK\r\n" + length + value);
      default ->
          plain(
              "POST / HTTP/1.1\r\n" + length + value,
              Effect.ORDER_SENSITIVE,
              "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    };
  }

  private static String chunked(String value) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n%x;a=b\r\n%s\r\n0\r\nT: 1\r\n\r\n"
        .formatted(value.length(), value);
  }
}
