package dev.hacolo.bed.traffic;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;

/** HTTP/1.1 GET with keep-alive (RFC 9112), bodies of known length only. */
final class HttpSession {
  private static final int MOST_HEADERS = 64;
  private static final int LARGEST_BODY = 256 << 20;

  private final AnswerReader in;
  private final OutputStream out;

  HttpSession(InputStream in, OutputStream out) {
    this.in = new AnswerReader(in);
    this.out = out;
  }

  /** The body of a page, which must be there. */
  byte[] get(String path) throws IOException, WrongAnswerException {
    return in.bytes(request(path));
  }

  /** Asks for a page and returns a reader that stands at its body, and its length. */
  Page open(String path) throws IOException, WrongAnswerException {
    return new Page(request(path), in);
  }

  /**
   * A page whose body has not been read yet.
   *
   * @param length bytes of the body
   * @param body stands at its first byte
   */
  record Page(int length, AnswerReader body) {}

  private int request(String path) throws IOException, WrongAnswerException {
    out.write(Resp.ascii("GET %s HTTP/1.1\r\nHost: guest\r\n\r\n".formatted(path)));
    String status = in.line();
    if (!status.startsWith("HTTP/1.1 200 ")) {
      throw new WrongAnswerException("GET " + path, status, "HTTP/1.1 200 OK");
    }
    int length = -1;
    int headers = 0;
    for (String line = in.line(); !line.isEmpty(); line = in.line()) {
      String header = line.toLowerCase(Locale.ROOT);
      if (++headers > MOST_HEADERS) {
        throw new WrongAnswerException("GET " + path, line, "at most 64 header lines");
      }
      if (header.startsWith("content-length:")) {
        length = length(path, header.substring("content-length:".length()).strip());
      } else if (header.matches("connection:\\s*close")) {
        throw new EOFException("the server says that it closes the connection");
      }
    }
    if (length < 0) {
      throw new WrongAnswerException("GET " + path, "no Content-Length", "a Content-Length");
    }
    return length;
  }

  private static int length(String path, String text) throws WrongAnswerException {
    try {
      int length = Integer.parseInt(text);
      if (length >= 0 && length <= LARGEST_BODY) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw new WrongAnswerException("GET " + path, text, "a length of at most 256 MiB");
  }
}
