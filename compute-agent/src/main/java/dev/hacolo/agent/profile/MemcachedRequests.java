package dev.hacolo.agent.profile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/**
 * Requests of memcached's text protocol: a line of words; behind it, for some verbs, a block of
 * data of a declared length. Everything else is not understood, the binary protocol among it.
 */
final class MemcachedRequests implements Reader {
  private static final byte[] NOREPLY = "noreply".getBytes(US_ASCII);

  private final Exchange exchange;
  private final WordTable<VerbProfile> verbs;
  private final LineReader lines = new LineReader(Bounds.LINE);
  private final Sequel block = new Sequel();
  private final Words words = new Words();

  /** The request whose bytes come. */
  private @Nullable Request current;

  MemcachedRequests(Exchange exchange) {
    this.exchange = exchange;
    this.verbs = exchange.profile.table();
  }

  @Override
  public void read(byte[] data, int from, int to) {
    int at = from;
    while (at < to && exchange.understood()) {
      Request request = current;
      if (request == null) {
        begin(data[at]);
      } else {
        at = block.active() ? data(request, data, at, to) : line(request, data, at, to);
      }
    }
    lines.release();
  }

  private void begin(byte first) {
    if (first < 'a' || first > 'z') {
      exchange.lose();
    } else {
      current = exchange.begin();
    }
  }

  private int data(Request request, byte[] data, int from, int to) {
    int content = block.content(from, to);
    block.take(content);
    int next = block.tail(data, from + content, to);
    if (next < 0) {
      exchange.lose();
      return to;
    }
    if (!block.active()) {
      received(request);
    }
    return next;
  }

  private void received(Request request) {
    current = null;
    exchange.received(request);
  }

  private int line(Request request, byte[] data, int from, int to) {
    int next = lines.find(data, from, to);
    if (next < 0) {
      if (lines.broken()) {
        exchange.lose();
      }
      return to;
    }
    VerbProfile verb = verb();
    if (verb == null || verb.answer() == Answer.UNKNOWN) {
      exchange.lose();
    } else {
      command(request, verb, arguments(verb));
    }
    return next;
  }

  /** Cuts the line into words. */
  private @Nullable VerbProfile verb() {
    byte[] line = lines.line();
    if (Text.hasControls(line, lines.from(), lines.to())) {
      return null;
    }
    words.cut(line, lines.from(), lines.to());
    if (words.count() == 0) {
      return null;
    }
    VerbProfile two = null;
    if (words.count() > 1) {
      two = verbs.find(line, words.start(0), words.end(0), words.start(1), words.end(1));
    }
    return two != null ? two : verbs.find(line, words.start(0), words.end(0));
  }

  /** Place of the last word of the verb. */
  private static int last(VerbProfile verb) {
    return verb.verb().indexOf(' ') < 0 ? 0 : 1;
  }

  private int arguments(VerbProfile verb) {
    boolean silent = verb.noreply() && words.lastIs(lines.line(), NOREPLY);
    return words.count() - 1 - last(verb) - (silent ? 1 : 0);
  }

  private void command(Request request, VerbProfile verb, int arguments) {
    boolean silent = words.count() - 1 - last(verb) > arguments;
    boolean fits = verb.takes(arguments);
    if (!fits && verb.block() > 0) {
      exchange.lose(); // is there a block?
      return;
    }
    request.answer = silent ? Answer.NONE : answer(verb, arguments, fits);
    request.block = verb.block() > 0;
    if (verb.block() > 0 && !expectBlock(last(verb) + verb.block())) {
      exchange.lose();
      return;
    }
    describe(request, verb, fits);
    if (exchange.understood() && !request.block) {
      received(request);
    }
  }

  /** Several things may be asked for at once: then there are several bodies. */
  private static Answer answer(VerbProfile verb, int arguments, boolean fits) {
    boolean several = arguments != 1 || !fits;
    return verb.answer() == Answer.BODY && several ? Answer.VALUES : verb.answer();
  }

  private boolean expectBlock(int word) {
    long size =
        word < Words.KEPT
            ? Text.number(lines.line(), words.start(word), words.end(word), Bounds.BODY)
            : -1;
    if (size >= 0) {
      block.expect(size, Sequel.LINE_END);
    }
    return size >= 0;
  }

  private void describe(Request request, VerbProfile verb, boolean fits) {
    int word = last(verb) + verb.subject();
    if (!fits || verb.subject() == 0) {
      exchange.known(request, fits ? verb.effect() : Effect.ORDER_SENSITIVE, 0);
      return;
    }
    if (word >= Words.KEPT || words.length(word) > Bounds.KEY) {
      exchange.lose();
      return;
    }
    byte[] line = lines.line();
    int start = words.start(word);
    int end = words.end(word);
    if (request.answer == Answer.BODY) {
      request.echo(line, start, end);
      KeyedHash context = exchange.context().addSized(line, words.start(0), words.end(0));
      request.context = context.add(line, start, end).value();
    }
    exchange.known(request, verb.effect(), exchange.subject(line, start, end));
  }
}
