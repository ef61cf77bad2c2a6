package dev.hacolo.service.orchestration;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Bounded pools of threads that may block, for work that somebody else hands out. */
final class Workers {
  private static final int IDLE_SECONDS = 30;
  private static final int FEEDER_MILLIS = 3000;
  private static final int GRACE_SECONDS = 5;

  private Workers() {}

  /**
   * A pool that rejects what does not find a place in its queue. Its threads end when they have
   * been idle for half a minute.
   *
   * @param name of its threads
   * @param threads how many at most
   * @param queue how much may wait
   */
  static ThreadPoolExecutor pool(String name, int threads, int queue) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            work -> new Thread(work, name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Ends a pool whose feeder has been told to end; what runs has a few seconds. */
  static void end(ThreadPoolExecutor pool, Thread feeder) {
    pool.shutdown();
    try {
      feeder.join(FEEDER_MILLIS);
      if (!pool.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
