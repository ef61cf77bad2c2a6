package dev.hacolo.service.orchestration;

import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.LeadershipStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Among several replicas the one that moves pairs, works on the cloud and compares it with the pair
 * table. All of them hear the agents, decide claims and answer operators: what they commit is safe
 * by the pair's version, whoever commits it. So two leaders at once, after a clock stood still,
 * would do work twice, not wrong; and without a leader claims are decided all the same.
 * Thread-safe.
 */
public final class Leadership implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Leadership.class);
  private static final Duration LEASE = Duration.ofSeconds(4);
  private static final Duration RENEW_EVERY = Duration.ofSeconds(1);

  /** The leader stops so much earlier than the next one may begin. */
  private static final Duration MARGIN = Duration.ofMillis(500);

  private final LeadershipStore store;
  private final String replica;
  private final List<Runnable> gained = new CopyOnWriteArrayList<>();
  private final Semaphore bell = new Semaphore(0);
  private final Thread thread = new Thread(this::renewForever, "leadership");
  private volatile long until = System.nanoTime();
  private volatile boolean closed;

  /**
   * Leads nobody yet.
   *
   * @param replica a name that no other process has ever had
   */
  Leadership(LeadershipStore store, String replica) {
    this.store = store;
    this.replica = replica;
  }

  /** Is called whenever this replica begins to lead, on a thread of this class. */
  void whenGained(Runnable listener) {
    gained.add(listener);
  }

  /** Begins to ask for the lease. */
  void start() {
    thread.start();
  }

  /** Whether this replica leads now. */
  public boolean holds() {
    return until - System.nanoTime() > 0;
  }

  /** Asks now. Never blocks. */
  void wake() {
    if (bell.availablePermits() == 0) {
      bell.release();
    }
  }

  private void renewForever() {
    while (!closed) {
      renew();
      try {
        if (bell.tryAcquire(RENEW_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
          bell.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void renew() {
    boolean before = holds();
    long asked = System.nanoTime();
    try {
      boolean mine = store.renew(replica, LEASE);
      until = mine ? asked + LEASE.minus(MARGIN).toNanos() : asked;
    } catch (DatabaseUnavailableException e) {
      log.debug("the lease of the leader is not renewed: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("the lease of the leader cannot be renewed", e);
    }
    boolean now = holds();
    if (now != before) {
      log.info("{} {}", replica, now ? "leads from now on" : "does not lead any more");
      if (now) {
        gained.forEach(Runnable::run);
      }
    }
  }

  /** Gives the lease back. */
  @Override
  public void close() {
    closed = true;
    bell.release();
    try {
      thread.join(5000);
      if (holds()) {
        until = System.nanoTime();
        store.resign(replica);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DatabaseUnavailableException e) {
      log.debug("the lease of the leader ends by itself: {}", e.getMessage());
    }
  }
}
