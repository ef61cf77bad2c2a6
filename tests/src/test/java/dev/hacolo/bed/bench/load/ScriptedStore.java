package dev.hacolo.bed.bench.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A memcached, a redis and a web server in a few lines, whose answers a test can spoil. */
final class ScriptedStore {
  private final Map<String, byte[]> values = new ConcurrentHashMap<>();
  private final UnaryOperator<byte[]> spoiler;

  ScriptedStore(UnaryOperator<byte[]> spoiler) {
    this.spoiler = spoiler;
  }

  /** Serves one connection of the text protocol until it ends. */
  void memcached(InputStream in, OutputStream out) throws IOException {
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("set")) {
        store(words[1], Integer.parseInt(words[4]), in);
        answer(out, "STORED\r\n", new byte[0], "");
      } else {
        byte[] value = values.getOrDefault(words[1], new byte[0]);
        answer(out, "VALUE %s 0 %d\r\n".formatted(words[1], value.length), value, "\r\nEND\r\n");
      }
    }
  }

  /** Serves one connection of RESP2 until it ends. */
  void redis(InputStream in, OutputStream out) throws IOException {
    for (String count = line(in); !count.isEmpty(); count = line(in)) {
      line(in);
      boolean set = line(in).equals("SET");
      line(in);
      String key = line(in);
      if (set) {
        store(key, Integer.parseInt(line(in).substring(1)), in);
        answer(out, "+OK\r\n", new byte[0], "");
      } else {
        byte[] value = values.getOrDefault(key, new byte[0]);
        answer(out, "$%d\r\n".formatted(value.length), value, "\r\n");
      }
    }
  }

  /** Serves a page on one connection until it ends. */
  void web(byte[] page, InputStream in, OutputStream out) throws IOException {
    for (String request = line(in); !request.isEmpty(); request = line(in)) {
      while (!line(in).isEmpty()) {
        // The headers do not matter.
      }
      String head = "HTTP/1.1 200 OK\r\nServer: test\r\nContent-Length: %d\r\n\r\n";
      answer(out, head.formatted(page.length), page, "");
    }
  }

  private void store(String key, int length, InputStream in) throws IOException {
    values.put(key, in.readNBytes(length));
    line(in);
  }

  private void answer(OutputStream out, String head, byte[] body, String tail) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.write(head.getBytes(StandardCharsets.US_ASCII));
    answer.write(body);
    answer.write(tail.getBytes(StandardCharsets.US_ASCII));
    byte[] bytes = spoiler.apply(answer.toByteArray());
    // In two parts, so that the client sees halves.
    int half = bytes.length / 2;
    out.write(bytes, 0, half);
    out.flush();
    out.write(bytes, half, bytes.length - half);
    out.flush();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.toString().strip();
  }
}
