package dev.hacolo.agent.lease;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Two hosts with clocks of their own, agents that may be stopped between any two of their steps,
 * and a network that delays, loses and repeats. Time goes on in true microseconds; what an agent
 * does takes two steps, so that a stop can fall between the reading of a clock and the use of it.
 */
final class LeaseWorld {
  private static final long STEP = 1000;
  private static final long BEAT = 50_000;

  private final Random random;
  private final OutputLease lease;
  private final LeaseGrant grant;
  private final Host a;
  private final Host b;
  private final Deque<Message> toA = new ArrayDeque<>();
  private final Deque<Message> toB = new ArrayDeque<>();
  private long truth;

  /** What the kernel of A's host drops after: only ever stored to, perhaps late. */
  private long kernelDeadline = Long.MIN_VALUE;

  private long stored = Long.MIN_VALUE;
  private long suspicionAt;
  private boolean mayServe;
  private long servesSince;
  private long lossUntil;
  private boolean losesToA;
  private boolean losesToB;

  private record Message(long arrives, long sentAt, long echo) {}

  /** A host: a clock that runs at its own rate, and an agent that may stand still. */
  private final class Host {
    final double rate;
    final long offset;
    long stoppedUntil;
    long nextBeat;

    Host(int drift) {
      double most = drift / 100.0;
      boolean extreme = random.nextInt(3) == 0;
      rate = 1 + most * (extreme ? (random.nextBoolean() ? 1 : -1) : random.nextDouble() * 2 - 1);
      offset = 1L + random.nextInt(1_000_000_000);
    }

    long now() {
      return offset + (long) (truth * rate);
    }

    boolean runs() {
      return truth >= stoppedUntil;
    }

    void perhapsStops() {
      if (runs() && random.nextInt(400) == 0) {
        stoppedUntil = truth + random.nextInt(1_500_000);
      }
    }
  }

  /**
   * A world.
   *
   * @param drift how far the clocks really are off at most, in percent
   */
  LeaseWorld(long seed, LeaseTerms terms, int drift) {
    random = new Random(seed);
    lease = new OutputLease(terms.durationNanos());
    grant = new LeaseGrant(terms);
    a = new Host(drift);
    b = new Host(drift);
    suspicionAt = 200_000L + random.nextInt(2_000_000);
  }

  /** How long both could send at once, in microseconds of true time; runs to the end. */
  long overlap() {
    long overlap = 0;
    while (truth < 5_000_000) {
      truth += STEP;
      a.perhapsStops();
      b.perhapsStops();
      perhapsLoses();
      primary();
      secondary();
      if (mayServe && a.now() < kernelDeadline) {
        overlap += STEP;
      }
    }
    return overlap;
  }

  /** How long after B began to wish it may serve; -1 for never. */
  long waited() {
    return mayServe ? servesSince - suspicionAt : -1;
  }

  private void perhapsLoses() {
    if (truth > lossUntil && random.nextInt(500) == 0) {
      lossUntil = truth + random.nextInt(800_000);
      losesToA = random.nextBoolean();
      losesToB = random.nextBoolean();
    }
  }

  private void primary() {
    if (!a.runs()) {
      return;
    }
    // The second half of an earlier step: it may have stood still since it read its clock.
    kernelDeadline = Math.max(kernelDeadline, stored);
    for (Message m = next(toA); m != null; m = next(toA)) {
      lease.answered(m.echo(), false, a.now());
      stored = lease.until();
    }
    if (truth >= a.nextBeat) {
      a.nextBeat = truth + BEAT;
      send(toB, losesToB, new Message(0, a.now(), 0));
    }
  }

  private void secondary() {
    if (!b.runs()) {
      return;
    }
    for (Message m = next(toB); m != null; m = next(toB)) {
      grant.received(m.sentAt(), b.now());
    }
    if (truth >= suspicionAt) {
      grant.withdraw();
      if (!mayServe && grant.remainingNanos(b.now()) <= 0) {
        mayServe = true;
        servesSince = truth;
      }
    }
    if (truth >= b.nextBeat) {
      b.nextBeat = truth + BEAT;
      send(toA, losesToA, new Message(0, b.now(), grant.echo()));
    }
  }

  private @Nullable Message next(Deque<Message> from) {
    Message first = from.peek();
    return first != null && first.arrives() <= truth ? from.poll() : null;
  }

  private void send(Deque<Message> to, boolean loses, Message message) {
    if (loses && truth < lossUntil) {
      return;
    }
    long delay = random.nextInt(20) == 0 ? random.nextInt(1_000_000) : random.nextInt(3_000);
    Message last = to.peekLast();
    long arrives = Math.max(last == null ? 0 : last.arrives(), truth + delay); // TCP keeps order
    to.add(new Message(arrives, message.sentAt(), message.echo()));
    if (random.nextInt(10) == 0) {
      to.add(new Message(arrives, message.sentAt(), message.echo()));
    }
  }
}
