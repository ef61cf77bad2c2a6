package dev.hacolo.agent.profile;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Answers of HTTP/1. A segment that holds nothing but bytes of a body is a candidate, if the head
 * has declared the body's length and the status is 200, or 206 with the one range that it names.
 * Dates and other fields of a head differ between two copies of a guest: it is told of apart, and
 * only where a segment has it whole.
 */
final class HttpAnswers implements Reader {
  private static final byte[] VERSION = "HTTP/1.".getBytes(US_ASCII);
  private static final byte[] NO_TAIL = new byte[0];
  private static final int NO_STATUS = -1;
  private static final int NOT_HERE = -1;
  private static final int SWITCHING = 101;
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int PARTIAL = 206;
  private static final int NOT_MODIFIED = 304;

  private final Exchange exchange;
  private final HeadReader head;
  private final Sequel body = new Sequel();
  private final ChunkReader chunks = new ChunkReader();
  private int status;
  private boolean range;

  /** Where the head began in the segment at hand. */
  private int headFrom;

  /** Hash of status and Content-Range. */
  private long framing;

  /** Whether the body that comes may be learnt. */
  private boolean learns;

  HttpAnswers(Exchange exchange, WordTable<HeaderField> fields) {
    this.exchange = exchange;
    this.head = new HeadReader(fields);
  }

  @Override
  public void read(byte[] data, int from, int to) {
    int at = from;
    headFrom = NOT_HERE;
    while (at < to && exchange.understood()) {
      Request request = exchange.head();
      if (request == null) {
        exchange.lose();
      } else if (body.active()) {
        at = body(request, at, to);
      } else if (chunks.active()) {
        at = chunks(request, data, at, to);
      } else {
        at = line(request, data, at, to);
      }
    }
    head.release();
  }

  private int body(Request request, int from, int to) {
    int content = body.content(from, to);
    if (learns) {
      exchange.stretch.body(from, content, body.position(), body.total());
      exchange.stretch.names(request.context, framing);
    }
    body.take(content);
    if (!body.active()) {
      exchange.answered(request);
    }
    return from + content;
  }

  private int chunks(Request request, byte[] data, int from, int to) {
    int next = chunks.read(data, from, to);
    if (chunks.broken()) {
      exchange.lose();
    } else if (!chunks.active()) {
      exchange.answered(request);
    }
    return next;
  }

  private int line(Request request, byte[] data, int from, int to) {
    headFrom = head.between() ? from : headFrom;
    switch (head.read(data, from, to)) {
      case FIRST -> first();
      case FIELD -> field();
      case END -> end(request);
      case NONE -> {
        if (head.broken()) {
          exchange.lose();
        }
      }
    }
    return head.next();
  }

  /** {@code HTTP/1.1 200 OK}; the reason may be missing. */
  private void first() {
    byte[] line = head.line();
    int at = head.from() + VERSION.length;
    boolean begins = Text.startsWith(line, head.from(), head.to(), VERSION);
    boolean fits = begins && head.to() >= at + 5 && (line[at] == '0' || line[at] == '1');
    boolean cut = fits && line[at + 1] == ' ' && (head.to() == at + 5 || line[at + 5] == ' ');
    status = cut ? (int) Text.number(line, at + 2, at + 5, 599) : NO_STATUS;
    range = false;
    framing = status;
    if (status < 100 || status == SWITCHING) {
      exchange.lose();
    }
  }

  private void field() {
    if (head.kind() == HeaderField.CONTENT_RANGE) {
      range = true;
      KeyedHash hash = exchange.hash.start(exchange.key).add(framing);
      head.addTo(hash);
      framing = hash.value();
    }
  }

  private void end(Request request) {
    if (status < OK) {
      return; // an interim answer, the real one follows
    }
    if (request.answer == Answer.NO_BODY || status == NO_CONTENT || status == NOT_MODIFIED) {
      exchange.answered(request);
    } else if (head.encoded()) {
      coded();
    } else if (head.length() < 0) {
      exchange.lose(); // the body ends with the connection
    } else if (head.length() == 0) {
      exchange.answered(request);
    } else {
      body.expect(head.length(), NO_TAIL);
      learns = request.answer == Answer.BODY && (status == OK || (status == PARTIAL && range));
      if (learns && headFrom != NOT_HERE) {
        KeyedHash hash = exchange.hash.start(exchange.key).add((byte) 'h').add(request.context);
        exchange.stretch.head(headFrom, head.next() - headFrom, hash.value());
      }
    }
  }

  private void coded() {
    if (head.chunked() && head.length() < 0) {
      chunks.start();
    } else {
      exchange.lose();
    }
  }
}
