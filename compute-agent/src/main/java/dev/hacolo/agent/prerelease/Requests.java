package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.profile.Request;
import dev.hacolo.agent.profile.RequestSink;
import java.util.ArrayDeque;

/**
 * What is asked on one connection. Changes count as settled when both VMs have answered them, or a
 * request behind them; those of a connection that ends before never do.
 */
final class Requests implements RequestSink {
  /** Changes without an answer that are remembered; with more, none is settled any more. */
  private static final int MAX_UNSETTLED = 1024;

  private record Change(long number, long subject) {}

  private final Service service;
  private final ArrayDeque<Change> changes = new ArrayDeque<>();
  private long next;
  private long lastChange = -1;

  private long subject;
  private long askedAt;
  private boolean settled;

  Requests(Service service) {
    this.service = service;
  }

  @Override
  public void request(Request request) {
    next = Math.max(next, request.number() + 1);
    switch (request.effect()) {
      case ORDER_SENSITIVE -> service.orderSensitive();
      case OVERWRITE -> change(request);
      case READ -> read(request);
    }
  }

  /** Told again when more of it has come, it is still one change. */
  private void change(Request request) {
    if (request.number() > lastChange) {
      lastChange = request.number();
      service.subjects().changes(request.subject());
      if (changes.size() < MAX_UNSETTLED) {
        changes.add(new Change(request.number(), request.subject()));
      }
    }
  }

  private void read(Request request) {
    subject = request.subject();
    askedAt = service.subjects().now();
    settled = service.subjects().isSettled(subject) && !service.isOrdered();
  }

  /** What the last read was about. */
  long subject() {
    return subject;
  }

  /** When the last read came, on the clock of {@link Subjects}. */
  long askedAt() {
    return askedAt;
  }

  /** Whether both VMs had carried out all changes of the thing when the last read came. */
  boolean isSettled() {
    return settled;
  }

  /** Number of the first request that has no answer, if so many are outstanding. */
  long answered(int outstanding) {
    return next - outstanding;
  }

  /** Whether a change in front of a number has not been settled. */
  boolean owes(long number) {
    Change first = changes.peek();
    return first != null && first.number() < number;
  }

  /** Both VMs have answered all requests in front of a number. */
  void settle(long number) {
    while (owes(number)) {
      service.subjects().settled(changes.remove().subject());
    }
  }
}
