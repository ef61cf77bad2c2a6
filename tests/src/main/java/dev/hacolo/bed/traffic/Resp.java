package dev.hacolo.bed.traffic;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RESP2, the protocol of Redis (redis.io/docs/reference/protocol-spec), which is also the format of
 * its append-only file.
 */
final class Resp {
  private static final int LARGEST = 1 << 20;

  private Resp() {}

  /** A command as an array of bulk strings. */
  static byte[] command(List<byte[]> words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ascii("*" + words.size() + "\r\n"));
    for (byte[] word : words) {
      bytes.writeBytes(ascii("$" + word.length + "\r\n"));
      bytes.writeBytes(word);
      bytes.writeBytes(ascii("\r\n"));
    }
    return bytes.toByteArray();
  }

  /** Reads an array of bulk strings; an absent one is null. */
  static List<byte @Nullable []> array(AnswerReader in) throws IOException, WrongAnswerException {
    String head = in.line();
    int count = number(head, '*');
    List<byte @Nullable []> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(bulk(in));
    }
    return words;
  }

  private static byte @Nullable [] bulk(AnswerReader in) throws IOException, WrongAnswerException {
    String head = in.line();
    if (head.equals("$-1")) {
      return null;
    }
    byte[] value = in.bytes(number(head, '$'));
    String end = in.line();
    if (!end.isEmpty()) {
      throw new WrongAnswerException("a bulk string", end, "its end");
    }
    return value;
  }

  private static int number(String line, char type) throws WrongAnswerException {
    try {
      if (!line.isEmpty() && line.charAt(0) == type) {
        int number = Integer.parseInt(line.substring(1));
        if (number >= 0 && number <= LARGEST) {
          return number;
        }
      }
    } catch (NumberFormatException e) {
      // Reported below, like any other wrong line.
    }
    throw new WrongAnswerException("RESP", line, type + "NUMBER");
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
