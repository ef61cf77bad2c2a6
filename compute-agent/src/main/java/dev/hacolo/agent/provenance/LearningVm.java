package dev.hacolo.agent.provenance;

import dev.hacolo.agent.digest.ContentDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One VM of the {@link Learner}. {@link #offer} and {@link #close} may be called by any thread; the
 * rest belongs to the learner's.
 */
public final class LearningVm implements AutoCloseable {
  /** Bodies that are taken from the queue in one step. */
  private static final int INTAKE = 16;

  private final Learner learner;
  private final LearningPolicy policy;
  private final GuestMemory memory;
  private final MemoryReader reader;
  private final ContentDigest digest;
  private final Executor loop;
  private final Consumer<Learnt> learnt;
  private final MemoryScan scan;
  private final RecentBodies recent;
  private final byte[] chunk = new byte[MemoryScan.CHUNK];
  private final Queue<Offer> queue = new ConcurrentLinkedQueue<>();

  /** Bytes of bodies that wait or are searched for. */
  private final AtomicInteger pending = new AtomicInteger();

  private final AtomicInteger searching = new AtomicInteger();
  private final AtomicLong offered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong overflowed = new AtomicLong();
  private final AtomicLong known = new AtomicLong();
  private final AtomicLong found = new AtomicLong();
  private final AtomicLong notFound = new AtomicLong();
  private final AtomicLong places = new AtomicLong();
  private final AtomicLong scannedBytes = new AtomicLong();
  private final AtomicLong scanNanos = new AtomicLong();
  private volatile boolean closed;

  /** Ranges that the scan has not been told of yet; null if there are none. */
  private final AtomicReference<@Nullable List<RamRange>> likely = new AtomicReference<>();

  @SuppressWarnings("ArrayRecordComponent") // changes hands
  private record Offer(byte[] body, long context, long framing) {}

  LearningVm(
      Learner learner,
      LearningPolicy policy,
      GuestMemory memory,
      byte[] key,
      Executor loop,
      Consumer<Learnt> learnt) {
    this.learner = learner;
    this.policy = policy;
    this.memory = memory;
    this.reader = memory.open();
    this.digest = new ContentDigest(key);
    this.loop = loop;
    this.learnt = learnt;
    this.scan = new MemoryScan(memory.ranges());
    this.recent = new RecentBodies(policy.retryNanos());
  }

  /**
   * Offers a body that had to wait and was found equal. Copies it; takes no longer than that.
   *
   * @param length bytes; outside the policy's bounds it is refused
   * @param context as for {@link ContentIndex#synced}
   * @param framing as for {@link ContentIndex#synced}
   * @return whether it was taken
   */
  public boolean offer(byte[] data, int offset, int length, long context, long framing) {
    offered.incrementAndGet();
    if (closed || length < policy.minBody() || length > policy.maxBody()) {
      refused.incrementAndGet();
      return false;
    }
    if (pending.addAndGet(length) > policy.queueBytes()) {
      pending.addAndGet(-length);
      overflowed.incrementAndGet();
      return false;
    }
    queue.add(new Offer(Arrays.copyOfRange(data, offset, offset + length), context, framing));
    learner.wake();
    return true;
  }

  /**
   * Where to look first, from the next step on; replaces what was said before. A hint: the search
   * goes through all memory all the same. Any thread.
   *
   * @param ranges within the memory's; what lies outside is not read
   */
  public void likely(List<RamRange> ranges) {
    likely.set(ranges);
  }

  /** Whether there is nothing to do at present. */
  boolean idle() {
    return queue.isEmpty() && scan.idle();
  }

  /** Whether QEMU has ended, or the VM was closed. */
  boolean over() {
    return closed || !memory.alive();
  }

  /** Goes on by one chunk: about 0.1 ms. */
  void step(long now) {
    List<RamRange> told = likely.getAndSet(null);
    if (told != null) {
      scan.likely(told);
    }
    intake(now);
    if (scan.idle()) {
      return;
    }
    int length = scan.length();
    boolean read = reader.read(scan.address(), chunk, 0, length);
    List<MemoryScan.Event> events = read ? scan.look(chunk) : scan.unreadable();
    scannedBytes.addAndGet(length);
    for (MemoryScan.Event event : events) {
      report(event, now);
    }
  }

  void spent(long nanos) {
    scanNanos.addAndGet(nanos);
  }

  private void intake(long now) {
    for (int i = 0; i < INTAKE; i++) {
      Offer offer = queue.poll();
      if (offer == null) {
        return;
      }
      take(offer, now);
    }
  }

  private void take(Offer offer, long now) {
    byte[] body = offer.body;
    BodyContent content = BodyContent.of(body, 0, body.length, digest);
    if (recent.holds(content, now)) {
      known.incrementAndGet();
    } else if (Entropy.of(body) < policy.minEntropyBits()
        || !scan.add(new Wanted(body, content, offer.context, offer.framing))) {
      refused.incrementAndGet();
    } else {
      recent.searching(content);
      searching.incrementAndGet();
      return;
    }
    pending.addAndGet(-body.length);
  }

  private void report(MemoryScan.Event event, long now) {
    Wanted wanted = event.wanted();
    for (Extents place : event.places()) {
      places.incrementAndGet();
      Learnt result = wanted.at(place);
      loop.execute(() -> learnt.accept(result));
    }
    if (event.over()) {
      pending.addAndGet(-wanted.data().length);
      searching.decrementAndGet();
      if (event.found() > 0) {
        recent.found(wanted.content());
        found.incrementAndGet();
      } else {
        recent.notFound(wanted.content(), now);
        notFound.incrementAndGet();
      }
    }
  }

  /** Ends learning for this VM; what is under way is given up. */
  @Override
  public void close() {
    closed = true;
    learner.wake();
  }

  /** Called by the learner's thread when it is done with the VM. */
  void release() {
    closed = true;
    queue.clear();
    reader.close();
  }

  /** Figures up to now. Any thread. */
  public LearningStatistics statistics() {
    return new LearningStatistics(
        offered.get(),
        refused.get(),
        overflowed.get(),
        known.get(),
        found.get(),
        notFound.get(),
        places.get(),
        scannedBytes.get(),
        scanNanos.get(),
        searching.get());
  }
}
