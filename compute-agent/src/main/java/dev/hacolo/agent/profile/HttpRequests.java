package dev.hacolo.agent.profile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/**
 * Requests of HTTP/1. The target is the subject. Method, target and all fields that the profile
 * does not ignore name the request. One with a body is order-sensitive; an upgrade or a transfer
 * coding is not understood.
 */
final class HttpRequests implements Reader {
  private static final byte[] VERSION_0 = "HTTP/1.0".getBytes(US_ASCII);
  private static final byte[] VERSION_1 = "HTTP/1.1".getBytes(US_ASCII);
  private static final byte[] NO_TAIL = new byte[0];

  private final Exchange exchange;
  private final WordTable<VerbProfile> methods;
  private final HeadReader head;
  private final Sequel body = new Sequel();

  /** Of the head that comes; the exchange's own is used by the guest's side in between. */
  private final KeyedHash context = new KeyedHash();

  private final Words words = new Words();
  private @Nullable Request current;
  private @Nullable VerbProfile method;
  private long subject;

  HttpRequests(Exchange exchange, WordTable<HeaderField> fields) {
    this.exchange = exchange;
    this.methods = exchange.profile.table();
    this.head = new HeadReader(fields);
  }

  @Override
  public void read(byte[] data, int from, int to) {
    int at = from;
    while (at < to && exchange.understood()) {
      Request request = current;
      if (request == null) {
        current = exchange.begin();
      } else {
        at = body.active() ? body(request, at, to) : line(request, data, at, to);
      }
    }
    head.release();
  }

  private int body(Request request, int from, int to) {
    int content = body.content(from, to);
    body.take(content);
    if (!body.active()) {
      received(request);
    }
    return from + content;
  }

  private void received(Request request) {
    current = null;
    exchange.received(request);
  }

  private int line(Request request, byte[] data, int from, int to) {
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

  private void first() {
    byte[] line = head.line();
    words.cut(line, head.from(), head.to());
    boolean version = words.is(2, line, VERSION_1) || words.is(2, line, VERSION_0);
    if (words.count() != 3 || !version || !singleSpaces()) {
      exchange.lose();
      return;
    }
    method = methods.find(line, words.start(0), words.end(0));
    if (method != null && method.answer() == Answer.UNKNOWN) {
      exchange.lose();
      return;
    }
    subject = exchange.subject(line, words.start(1), words.end(1));
    context.start(exchange.key).add((byte) 'c').addSized(line, head.from(), head.to());
  }

  private boolean singleSpaces() {
    return words.length(0) + words.length(1) + words.length(2) + 2 == head.to() - head.from();
  }

  private void field() {
    if (head.kind() == HeaderField.UPGRADE || head.kind() == HeaderField.TRANSFER_ENCODING) {
      exchange.lose();
    } else if (head.kind() != HeaderField.IGNORED) {
      head.addTo(context);
    }
  }

  private void end(Request request) {
    VerbProfile verb = method;
    long length = head.length();
    boolean plain = verb != null && length <= 0;
    request.answer = verb == null ? Answer.ANY : verb.answer();
    if (request.answer == Answer.BODY && !plain) {
      request.answer = Answer.ANY;
    }
    request.context = context.value();
    Effect effect = verb != null && plain ? verb.effect() : Effect.ORDER_SENSITIVE;
    exchange.known(request, effect, subject);
    if (length > 0) {
      body.expect(length, NO_TAIL);
    } else if (exchange.understood()) {
      received(request);
    }
  }
}
