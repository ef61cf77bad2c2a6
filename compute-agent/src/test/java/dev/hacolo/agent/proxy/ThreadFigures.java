package dev.hacolo.agent.proxy;

import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a thread, and the collector, have used so far.
 *
 * @param cpuNanos processor time of the thread
 * @param allocated bytes that it has allocated
 * @param collectMillis time of all garbage collections of the process
 */
record ThreadFigures(long cpuNanos, long allocated, long collectMillis) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Of the only thread whose name begins so. */
  static ThreadFigures of(String prefix) {
    long id =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith(prefix))
            .mapToLong(Thread::getId)
            .findFirst()
            .orElseThrow();
    long collecting =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .sum();
    return new ThreadFigures(
        THREADS.getThreadCpuTime(id), THREADS.getThreadAllocatedBytes(id), collecting);
  }

  ThreadFigures since(ThreadFigures before) {
    return new ThreadFigures(
        cpuNanos - before.cpuNanos,
        allocated - before.allocated,
        collectMillis - before.collectMillis);
  }
}
