package dev.hacolo.agent.profile;

import org.jspecify.annotations.Nullable;

/**
 * Requests of the Redis protocol: arrays of bulk strings. An inline request, a line of words, is
 * order-sensitive.
 */
final class RespRequests implements Reader {
  private final Exchange exchange;
  private final WordTable<VerbProfile> verbs;
  private final LineReader lines = new LineReader(Bounds.LINE);
  private final Sequel argument = new Sequel();
  private final Words words = new Words();
  private final Arguments arguments = new Arguments();

  /** The request whose bytes come. */
  private @Nullable Request current;

  /** Arguments that are to come, the one that comes among them; 0 before the number is known. */
  private long missing;

  RespRequests(Exchange exchange) {
    this.exchange = exchange;
    this.verbs = exchange.profile.table();
  }

  @Override
  public void read(byte[] data, int from, int to) {
    int at = from;
    while (at < to && exchange.understood()) {
      Request request = current;
      if (request == null) {
        current = exchange.begin();
      } else {
        at = argument.active() ? argument(request, data, at, to) : line(request, data, at, to);
      }
    }
    lines.release();
  }

  private int argument(Request request, byte[] data, int from, int to) {
    int content = argument.content(from, to);
    arguments.add(data, from, content);
    argument.take(content);
    int next = argument.tail(data, from + content, to);
    if (next < 0) {
      exchange.lose();
      return to;
    }
    if (!argument.active() && --missing == 0) {
      command(request);
    }
    return next;
  }

  private int line(Request request, byte[] data, int from, int to) {
    int next = lines.find(data, from, to);
    if (next < 0) {
      if (lines.broken()) {
        exchange.lose();
      }
      return to;
    }
    if (missing > 0) {
      size();
    } else if (lines.length() > 0 && lines.line()[lines.from()] == '*') {
      missing = number(Bounds.ELEMENTS);
      arguments.clear();
      if (missing < 1) {
        exchange.lose(); // an empty array has no answer
      }
    } else {
      inline(request);
    }
    return next;
  }

  private void size() {
    boolean bulk = lines.length() > 0 && lines.line()[lines.from()] == '$';
    long size = bulk ? number(Bounds.BODY) : -1;
    if (size < 0) {
      exchange.lose();
      return;
    }
    arguments.begin(size);
    argument.expect(size, Sequel.LINE_END);
  }

  private long number(long most) {
    return Text.number(lines.line(), lines.from() + 1, lines.to(), most);
  }

  /** Quotes make words that are not cut at spaces, so they are not understood. */
  private void inline(Request request) {
    byte[] line = lines.line();
    words.cut(line, lines.from(), lines.to());
    if (words.count() == 0 || !isPlain(line)) {
      exchange.lose(); // an empty line has no answer
      return;
    }
    VerbProfile verb = null;
    if (words.count() > 1) {
      verb = verbs.find(line, words.start(0), words.end(0), words.start(1), words.end(1));
    }
    if (verb == null) {
      verb = verbs.find(line, words.start(0), words.end(0));
    }
    if (verb != null && (verb.answer() == Answer.UNKNOWN || verb.session())) {
      exchange.lose();
      return;
    }
    request.answer = Answer.ANY;
    finish(request, Effect.ORDER_SENSITIVE, 0);
  }

  private boolean isPlain(byte[] line) {
    for (int i = lines.from(); i < lines.to(); i++) {
      if (line[i] == '"' || line[i] == '\'') {
        return false;
      }
    }
    return !Text.hasControls(line, lines.from(), lines.to());
  }

  private void command(Request request) {
    VerbProfile verb = verb(arguments);
    if (verb == null) {
      request.answer = Answer.ANY;
      finish(request, Effect.ORDER_SENSITIVE, 0);
    } else if (verb.answer() == Answer.UNKNOWN || (verb.session() && !arguments.complete())) {
      exchange.lose();
    } else {
      command(request, verb, verb.verb().indexOf(' ') < 0 ? 0 : 1);
    }
  }

  /** A request whose verb ends with the argument {@code last}. */
  private void command(Request request, VerbProfile verb, int last) {
    int subject = last + verb.subject();
    long count = arguments.count() - 1 - last;
    boolean fits = verb.takes((int) count) && arguments.has(subject);
    boolean body = fits && verb.answer() == Answer.BODY && arguments.complete();
    request.answer = body ? Answer.BODY : Answer.ANY;
    if (body) {
      request.context = hash(arguments, last);
    }
    if (verb.session()) {
      exchange.session(hash(arguments, last));
    }
    if (!fits) {
      finish(request, Effect.ORDER_SENSITIVE, 0);
    } else if (verb.subject() == 0) {
      finish(request, verb.effect(), 0);
    } else {
      int from = arguments.start(subject);
      long name = exchange.subject(arguments.bytes(), from, arguments.end(subject));
      finish(request, verb.effect(), name);
    }
  }

  private @Nullable VerbProfile verb(Arguments a) {
    if (!a.has(0)) {
      return null;
    }
    VerbProfile two = null;
    if (a.has(1) && a.end(1) > a.start(1)) {
      two = verbs.find(a.bytes(), 0, a.end(0), a.start(1), a.end(1));
    }
    return two != null ? two : verbs.find(a.bytes(), 0, a.end(0));
  }

  /** Of session, verb in one case, arguments; those that are not kept count by their number. */
  private long hash(Arguments a, int last) {
    KeyedHash hash = exchange.context().add(a.count());
    for (int i = 0; a.has(i); i++) {
      hash.add((long) a.end(i) - a.start(i));
      for (int at = a.start(i); at < a.end(i); at++) {
        hash.add(i <= last ? WordTable.lower(a.bytes()[at]) : a.bytes()[at]);
      }
    }
    return hash.value();
  }

  private void finish(Request request, Effect effect, long subject) {
    current = null;
    exchange.known(request, effect, subject);
    if (exchange.understood()) {
      exchange.received(request);
    }
  }
}
