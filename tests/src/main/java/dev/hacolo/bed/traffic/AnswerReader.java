package dev.hacolo.bed.traffic;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads lines and blocks of bytes; an end of the stream is an {@link EOFException}. */
final class AnswerReader {
  private static final int LONGEST_LINE = 8192;

  private final InputStream in;
  private final byte[] buffer = new byte[16 * 1024];
  private int from;
  private int to;

  AnswerReader(InputStream in) {
    this.in = in;
  }

  /** A line without its CRLF or LF. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = read(); b != '\n'; b = read()) {
      if (line.length() == LONGEST_LINE) {
        throw new IOException("a line is longer than %d bytes".formatted(LONGEST_LINE));
      }
      line.append((char) b);
    }
    if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    return line.toString();
  }

  /** Exactly so many bytes. */
  byte[] bytes(int count) throws IOException {
    byte[] result = new byte[count];
    for (int done = 0; done < count; ) {
      fill();
      int part = Math.min(count - done, to - from);
      System.arraycopy(buffer, from, result, done, part);
      from += part;
      done += part;
    }
    return result;
  }

  /** True at the end of the stream. */
  boolean atEnd() throws IOException {
    try {
      fill();
      return false;
    } catch (EOFException e) {
      return true;
    }
  }

  private int read() throws IOException {
    fill();
    return buffer[from++] & 0xff;
  }

  private void fill() throws IOException {
    if (from == to) {
      int count = in.read(buffer);
      if (count < 0) {
        throw new EOFException("the connection was closed");
      }
      from = 0;
      to = count;
    }
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
