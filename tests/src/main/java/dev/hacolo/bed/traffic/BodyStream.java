package dev.hacolo.bed.traffic;

import java.io.IOException;
import java.io.InputStream;

/** The body of a page as a stream that ends where the body ends. */
final class BodyStream extends InputStream {
  private static final int PIECE = 16 * 1024;

  private final AnswerReader body;
  private int left;

  BodyStream(HttpSession.Page page) {
    this.body = page.body();
    this.left = page.length();
  }

  @Override
  public int read() throws IOException {
    if (left == 0) {
      return -1;
    }
    left--;
    return body.bytes(1)[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    byte[] piece = body.bytes(Math.min(Math.min(length, PIECE), left));
    System.arraycopy(piece, 0, target, offset, piece.length);
    left -= piece.length;
    return piece.length;
  }
}
