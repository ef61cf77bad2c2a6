package dev.hacolo.bed.bench.load;

import dev.hacolo.bed.traffic.WrongAnswerException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Text in buffers, without a String where it is right. */
final class Ascii {
  private Ascii() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Compares what has come, from {@code at} on, with what must stand there.
   *
   * @return whether all of it has come
   * @throws WrongAnswerException if something else stands there
   */
  static boolean isThere(ByteBuffer in, int at, byte[] expected, String request)
      throws WrongAnswerException {
    int come = Math.min(expected.length, in.position() - at);
    for (int i = 0; i < come; i++) {
      if (in.get(at + i) != expected[i]) {
        throw new WrongAnswerException(
            request, text(in, at), new String(expected, StandardCharsets.US_ASCII).strip());
      }
    }
    return come == expected.length;
  }

  /** What has come, from {@code at} on, for a message. */
  static String text(ByteBuffer in, int at) {
    byte[] bytes = new byte[Math.max(0, Math.min(200, in.position() - at))];
    in.get(at, bytes);
    return new String(bytes, StandardCharsets.US_ASCII).replaceAll("[^ -~]", ".");
  }
}
