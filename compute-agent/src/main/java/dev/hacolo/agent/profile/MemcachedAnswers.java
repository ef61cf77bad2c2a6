package dev.hacolo.agent.profile;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Answers of memcached's text protocol. The template of a body: {@code VALUE}, the key that was
 * asked for, flags, length, the body, {@code END}.
 */
final class MemcachedAnswers implements Reader {
  private static final byte[] VALUE = "VALUE".getBytes(US_ASCII);
  private static final byte[] END = "END".getBytes(US_ASCII);
  private static final byte[] OK = "OK".getBytes(US_ASCII);
  private static final byte[] RESET = "RESET".getBytes(US_ASCII);
  private static final byte[] ERROR = "ERROR".getBytes(US_ASCII);
  private static final byte[] CLIENT_ERROR = "CLIENT_ERROR ".getBytes(US_ASCII);
  private static final byte[] SERVER_ERROR = "SERVER_ERROR ".getBytes(US_ASCII);
  private static final byte[] BODY_END = "\r\nEND\r\n".getBytes(US_ASCII);
  private static final long MOST_FLAGS = (1L << 32) - 1;

  private final Exchange exchange;
  private final LineReader lines = new LineReader(Bounds.LINE);
  private final Sequel value = new Sequel();
  private final Words words = new Words();

  /** Hash of the flags of the body that comes. */
  private long framing;

  MemcachedAnswers(Exchange exchange) {
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
        at = value.active() ? value(head, data, at, to) : line(head, data, at, to);
      }
    }
    lines.release();
  }

  private int value(Request head, byte[] data, int from, int to) {
    int content = value.content(from, to);
    boolean body = head.answer == Answer.BODY;
    if (body && content > 0) {
      exchange.stretch.body(from, content, value.position(), value.total());
      exchange.stretch.names(head.context, framing);
    }
    value.take(content);
    int next = value.tail(data, from + content, to);
    if (next < 0) {
      exchange.lose();
      return to;
    }
    if (body) {
      exchange.stretch.allow(next - from - content);
      if (!value.active()) {
        exchange.answered(head);
      }
    }
    return next;
  }

  private int line(Request head, byte[] data, int from, int to) {
    int next = lines.find(data, from, to);
    if (next < 0) {
      if (lines.broken()) {
        exchange.lose();
      }
      return to;
    }
    if (isError()) {
      error(head);
    } else if (head.answer == Answer.LINE || ends(head)) {
      exchange.answered(head);
    } else if (head.answer != Answer.LIST) {
      announced(head, next - from);
    }
    return next;
  }

  private boolean is(byte[] expected) {
    return Text.is(lines.line(), lines.from(), lines.to(), expected);
  }

  private boolean startsWith(byte[] expected) {
    return Text.startsWith(lines.line(), lines.from(), lines.to(), expected);
  }

  private boolean isError() {
    return is(ERROR) || startsWith(CLIENT_ERROR) || startsWith(SERVER_ERROR);
  }

  /**
   * An error may be the answer to a request that should have none; and a server that did not take a
   * line takes the block behind it for the next line.
   */
  private void error(Request head) {
    boolean misread = head.block && !startsWith(SERVER_ERROR);
    if (misread || exchange.silentBefore(head)) {
      exchange.lose();
    } else {
      exchange.answered(head);
    }
  }

  private boolean ends(Request head) {
    return is(END) || (head.answer == Answer.LIST && (is(OK) || is(RESET)));
  }

  /** A line that announces a value. */
  private void announced(Request head, int bytes) {
    byte[] line = lines.line();
    words.cut(line, lines.from(), lines.to());
    boolean isValue = words.is(0, line, VALUE) && words.count() >= 4 && words.count() <= 5;
    long size = isValue ? Text.number(line, words.start(3), words.end(3), Bounds.BODY) : -1;
    boolean body = head.answer == Answer.BODY;
    if (size < 0 || (body && !conforms(head, line))) {
      exchange.lose();
      return;
    }
    value.expect(size, body ? BODY_END : Sequel.LINE_END);
    if (body) {
      exchange.stretch.allow(bytes);
      framing = exchange.hash.start(exchange.key).add(line, words.start(2), words.end(2)).value();
    }
  }

  private boolean conforms(Request head, byte[] line) {
    int single = words.length(0) + words.length(1) + words.length(2) + words.length(3) + 3;
    return words.count() == 4
        && lines.length() == single
        && Text.same(line, words.start(1), words.end(1), head.echo, head.echoLength)
        && Text.number(line, words.start(2), words.end(2), MOST_FLAGS) >= 0;
  }
}
