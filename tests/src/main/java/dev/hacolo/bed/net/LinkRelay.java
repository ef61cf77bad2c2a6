package dev.hacolo.bed.net;

import com.sun.jna.LastErrorException;
import dev.hacolo.bed.process.BedException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Carries frames between two devices, worse than a wire does. In the place of netem, which not
 * every kernel has. Thread-safe.
 */
public final class LinkRelay implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final int QUEUE = 4096;

  private final Disturbance disturbance;
  private final RelayPort one;
  private final RelayPort other;
  private final Runnable restore;
  private final List<Thread> threads;
  private volatile boolean closed;
  private volatile @Nullable String failure;

  private static final class Due {
    final long at;
    final byte[] frame;

    Due(long at, byte[] frame) {
      this.at = at;
      this.frame = frame;
    }
  }

  /**
   * Begins to carry, in the namespace of the calling thread.
   *
   * @param restore takes the devices back once nothing is carried any more
   */
  LinkRelay(String oneDevice, String otherDevice, Disturbance disturbance, Runnable restore) {
    this.disturbance = disturbance;
    this.restore = restore;
    this.one = new RelayPort(oneDevice, LOOK_EVERY);
    this.other = new RelayPort(otherDevice, LOOK_EVERY);
    BlockingQueue<Due> there = new ArrayBlockingQueue<>(QUEUE);
    BlockingQueue<Due> back = new ArrayBlockingQueue<>(QUEUE);
    this.threads =
        List.of(
            thread("relay-in", () -> take(one, there)),
            thread("relay-in", () -> take(other, back)),
            thread("relay-out", () -> give(other, there)),
            thread("relay-out", () -> give(one, back)));
    threads.forEach(Thread::start);
  }

  private Thread thread(String name, Runnable body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (LastErrorException e) {
                failure = String.valueOf(e.getMessage());
              }
            },
            name);
    thread.setDaemon(true);
    return thread;
  }

  private void take(RelayPort from, BlockingQueue<Due> queue) {
    SplittableRandom random = new SplittableRandom();
    long free = System.nanoTime();
    while (!closed) {
      byte[] frame = from.receive();
      if (frame.length > 0 && random.nextInt(1000) >= disturbance.lossPerMille()) {
        free = Math.max(free, System.nanoTime()) + disturbance.nanosFor(frame.length);
        // A full queue loses the newest, as a router's does.
        boolean unused = queue.offer(new Due(free + disturbance.delay().toNanos(), frame));
      }
    }
  }

  private void give(RelayPort to, BlockingQueue<Due> queue) {
    while (!closed) {
      Due next = poll(queue);
      if (next != null) {
        for (long rest = next.at - System.nanoTime();
            rest > 0 && !closed;
            rest = next.at - System.nanoTime()) {
          LockSupport.parkNanos(rest);
        }
        to.send(next.frame);
      }
    }
  }

  private static @Nullable Due poll(BlockingQueue<Due> queue) {
    try {
      return queue.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /**
   * The devices are what they were.
   *
   * @throws BedException if frames were not carried as they should have been
   */
  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      join(thread);
    }
    one.close();
    other.close();
    restore.run();
    if (failure != null) {
      throw new BedException("the bad link carried nothing any more: " + failure);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while a link was being repaired", e);
    }
  }
}
