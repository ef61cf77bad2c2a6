package dev.hacolo.agent.profile;

import org.jspecify.annotations.Nullable;

/**
 * What the two directions of a connection know together: which requests are outstanding, what the
 * segment at hand is made of. The readers of the directions report here.
 */
final class Exchange {
  final ServiceProfile profile;
  final HashKey key;
  final KeyedHash hash = new KeyedHash();
  final Stretch stretch = new Stretch();

  private final Pipeline pipeline = new Pipeline();
  private @Nullable RequestSink sink;
  private boolean understood = true;

  /** Requests without an answer at the end of the pipeline. */
  private int silent;

  private long begun;

  /** Hash of the requests on which later answers depend, 0 before the first. */
  private long session;

  Exchange(ServiceProfile profile, HashKey key) {
    this.profile = profile;
    this.key = key.of(profile.name());
  }

  boolean understood() {
    return understood;
  }

  int outstanding() {
    return understood ? pipeline.size() : 1;
  }

  /** The connection cannot be followed any further. */
  void lose() {
    int size = pipeline.size();
    if (size > 0 && !pipeline.get(size - 1).known()) {
      begun = pipeline.get(size - 1).number(); // it is told again, as what cannot be understood
    }
    understood = false;
    pipeline.removeFirst(size);
  }

  /** Whether the client has sent requests to their last bytes. */
  boolean betweenRequests() {
    int size = pipeline.size();
    return understood && (size == 0 || pipeline.get(size - 1).received);
  }

  // What the client says.

  void listen(@Nullable RequestSink newSink) {
    sink = newSink;
  }

  /** The first byte of a request. Null if that is one too many. */
  @Nullable Request begin() {
    if (pipeline.full()) {
      lose();
      return null;
    }
    return pipeline.add(begun++);
  }

  void known(Request request, Effect effect, long subject) {
    request.is(effect, subject);
    tell(request);
  }

  private void tell(Request request) {
    request.told = true;
    if (sink != null) {
      sink.request(request);
    }
  }

  /** The last byte of a request. */
  void received(Request request) {
    request.received = true;
    if (request.answer != Answer.NONE) {
      silent = 0;
    } else if (++silent > Bounds.SILENT) {
      // Nothing will ever say that they have been carried out: kept as one that may be anything.
      pipeline.removeLast();
      silent--;
      Request last = pipeline.get(pipeline.size() - 1);
      last.is(Effect.ORDER_SENSITIVE, 0);
    }
  }

  /** Tells of the request whose beginning has come, if nobody has. */
  void tellBegun() {
    int size = pipeline.size();
    if (size > 0 && !pipeline.get(size - 1).told) {
      tell(pipeline.get(size - 1));
    }
  }

  /** Tells that there may be requests of any kind. */
  void tellAnything(RequestSink to) {
    Request anything = new Request();
    anything.clear(begun++);
    anything.is(Effect.ORDER_SENSITIVE, 0);
    to.request(anything);
  }

  void replay(RequestSink to) {
    for (int i = 0; i < pipeline.size(); i++) {
      to.request(pipeline.get(i));
    }
    if (!understood) {
      tellAnything(to);
    }
  }

  // Hashes of requests.

  long subject(byte[] data, int from, int to) {
    return hash.start(key).add((byte) 's').add(data, from, to).value();
  }

  /** Begins the hash that names a request; the reader adds what the request says. */
  KeyedHash context() {
    return hash.start(key).add((byte) 'c').add(session);
  }

  void session(long hashOfAll) {
    session = hashOfAll;
  }

  // What the guest says.

  /** The request that the guest answers now, or null. */
  @Nullable Request head() {
    for (int i = 0; i < pipeline.size(); i++) {
      Request request = pipeline.get(i);
      if (request.answer != Answer.NONE) {
        return request.known() ? request : null;
      }
    }
    return null;
  }

  /** Whether requests come before the head that have no answer; an error may be theirs. */
  boolean silentBefore(Request head) {
    return pipeline.size() > 0 && pipeline.get(0) != head;
  }

  /** Whether a body may be pre-released now. */
  boolean alone() {
    if (!understood || pipeline.size() != 1) {
      return false;
    }
    Request only = pipeline.get(0);
    return only.received && only.effect() == Effect.READ && only.answer == Answer.BODY;
  }

  /** The answer to the head is complete; what had none and came before it has been carried out. */
  void answered(Request head) {
    int count = 1;
    while (pipeline.get(count - 1) != head) {
      count++;
    }
    if (!head.received) {
      lose(); // the guest does not read the rest as we do, or will not read it at all
      return;
    }
    pipeline.removeFirst(count);
  }
}
