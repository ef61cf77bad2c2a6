package dev.hacolo.agent.profile;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Answers of the Redis protocol: one value, however nested. The template of a body: a bulk string
 * that is the whole answer.
 */
final class RespAnswers implements Reader {
  private static final byte[] PROTOCOL_ERROR = "-ERR Protocol error".getBytes(US_ASCII);

  private final Exchange exchange;
  private final LineReader lines = new LineReader(Bounds.LINE);
  private final Sequel bulk = new Sequel();

  /** Values that are to come until the answer is complete; 0 between answers. */
  private long missing;

  /** Whether the bulk string that comes is a body. */
  private boolean body;

  RespAnswers(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public void read(byte[] data, int from, int to) {
    int at = from;
    while (at < to && exchange.understood()) {
      Request head = exchange.head();
      if (head == null) {
        exchange.lose();
      } else {
        at = bulk.active() ? bulk(head, data, at, to) : line(head, data, at, to);
      }
    }
    lines.release();
  }

  private int bulk(Request head, byte[] data, int from, int to) {
    int content = bulk.content(from, to);
    if (body && content > 0) {
      exchange.stretch.body(from, content, bulk.position(), bulk.total());
      exchange.stretch.names(head.context, 0);
    }
    bulk.take(content);
    int next = bulk.tail(data, from + content, to);
    if (next < 0) {
      exchange.lose();
      return to;
    }
    if (body) {
      exchange.stretch.allow(next - from - content);
    }
    if (!bulk.active()) {
      complete(head);
    }
    return next;
  }

  private int line(Request head, byte[] data, int from, int to) {
    int next = lines.find(data, from, to);
    if (next < 0 || lines.length() == 0) {
      if (next >= 0 || lines.broken()) {
        exchange.lose();
      }
      return to;
    }
    boolean whole = missing == 0;
    if (whole) {
      missing = 1;
    }
    switch (lines.line()[lines.from()]) {
      case '+', ':', '_', '#', ',', '(' -> complete(head);
      case '-' -> error(head);
      case '$' -> string(head, whole, next - from);
      case '=', '!' -> string(head, false, 0);
      case '*', '~' -> values(head, 1);
      case '%' -> values(head, 2);
      default -> exchange.lose(); // a push is no answer
    }
    return next;
  }

  private void error(Request head) {
    if (Text.startsWith(lines.line(), lines.from(), lines.to(), PROTOCOL_ERROR)) {
      exchange.lose();
    } else {
      complete(head);
    }
  }

  /** A length behind the type; -1 for null, -2 if it is none. */
  private long length(long most) {
    byte[] line = lines.line();
    int from = lines.from() + 1;
    if (lines.to() - from == 2 && line[from] == '-' && line[from + 1] == '1') {
      return -1;
    }
    long length = Text.number(line, from, lines.to(), most);
    return length < 0 ? -2 : length;
  }

  private void string(Request head, boolean whole, int bytes) {
    long length = length(Bounds.BODY);
    if (length == -1) {
      complete(head);
    } else if (length < 0) {
      exchange.lose();
    } else {
      body = whole && head.answer == Answer.BODY;
      if (body) {
        exchange.stretch.allow(bytes);
      }
      bulk.expect(length, Sequel.LINE_END);
    }
  }

  private void values(Request head, int each) {
    long count = length(Bounds.ELEMENTS);
    if (count == -2 || missing > Bounds.ELEMENTS) {
      exchange.lose();
      return;
    }
    missing += Math.max(0, count) * each;
    complete(head);
  }

  /** One value is there. */
  private void complete(Request head) {
    if (--missing == 0) {
      exchange.answered(head);
    }
  }
}
