package dev.hacolo.bed.traffic;

import java.io.IOException;
import java.util.Arrays;

/** Asks for its own unique value to be echoed, and now and then for a page of known content. */
final class WebExchange implements Exchange {
  private static final int PAGE_EVERY = 16;

  private final ConnectionRecord record;
  private final HttpSession session;
  private final byte[] page;
  private long count;

  WebExchange(ConnectionRecord record, HttpSession session, byte[] page) {
    this.record = record;
    this.session = session;
    this.page = page;
  }

  @Override
  public void next() throws IOException, WrongAnswerException {
    count++;
    String unique = "%s-%d".formatted(record.name(), count);
    if (count % PAGE_EVERY == 0) {
      compare("/data.bin?v=" + unique, page);
    } else {
      compare("/echo?v=" + unique, Resp.ascii(unique + "\n"));
    }
  }

  private void compare(String path, byte[] expected) throws IOException, WrongAnswerException {
    byte[] body = session.get(path);
    if (!Arrays.equals(body, expected)) {
      int at = Arrays.mismatch(body, expected);
      record.wrong("GET %s: %d bytes, different from byte %d on".formatted(path, body.length, at));
    }
  }
}
