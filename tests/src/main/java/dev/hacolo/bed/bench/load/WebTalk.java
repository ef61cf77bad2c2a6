package dev.hacolo.bed.bench.load;

import dev.hacolo.bed.traffic.WrongAnswerException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** GET of one file over a connection that stays open (HTTP/1.1, RFC 9112). */
final class WebTalk implements Talk {
  private static final byte[] OK = Ascii.bytes("HTTP/1.1 200 ");
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *([0-9]{1,9})\r\n");
  private static final int LONGEST_HEAD = 2048;
  private static final String WHAT = "GET /data.bin";

  private final byte[] request =
      Ascii.bytes("GET /data.bin HTTP/1.1\r\nHost: guest\r\nAccept: */*\r\n\r\n");
  private final ByteBuffer page;
  private int bodyAt;

  /** Prepares a connection on which every answer must be this page. */
  WebTalk(byte[] page) {
    this.page = ByteBuffer.wrap(page);
  }

  /** Room that an answer takes. */
  static int room(int page) {
    return page + LONGEST_HEAD;
  }

  @Override
  public void request(ByteBuffer out) {
    bodyAt = 0;
    out.put(request);
  }

  @Override
  public boolean isAnswered(ByteBuffer in) throws WrongAnswerException {
    if (!Ascii.isThere(in, 0, OK, WHAT)) {
      return false;
    }
    if (bodyAt == 0 && !head(in)) {
      return false;
    }
    int end = bodyAt + page.capacity();
    if (in.position() < end) {
      return false;
    }
    if (in.position() > end) {
      throw new WrongAnswerException(WHAT, Ascii.text(in, end), "nothing more");
    }
    int difference = in.duplicate().flip().position(bodyAt).mismatch(page);
    if (difference >= 0) {
      throw new WrongAnswerException(
          WHAT, Ascii.text(in, bodyAt + difference), "the page from byte " + difference);
    }
    return true;
  }

  /** Finds the end of the header and checks the announced length. */
  private boolean head(ByteBuffer in) throws WrongAnswerException {
    byte[] bytes = new byte[Math.min(LONGEST_HEAD, in.position())];
    in.get(0, bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      if (bytes.length == LONGEST_HEAD) {
        throw new WrongAnswerException(WHAT, Ascii.text(in, 0), "a header that ends");
      }
      return false;
    }
    Matcher length = LENGTH.matcher(text.substring(0, end + 2).toLowerCase(Locale.ROOT));
    if (!length.find() || Integer.parseInt(length.group(1)) != page.capacity()) {
      throw new WrongAnswerException(WHAT, Ascii.text(in, 0), "Content-Length: " + page.capacity());
    }
    bodyAt = end + 4;
    return true;
  }
}
