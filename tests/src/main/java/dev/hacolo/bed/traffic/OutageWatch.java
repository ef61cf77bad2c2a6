package dev.hacolo.bed.traffic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first answer after a failure: the first one to a request that was sent after the guest
 * had died. An answer to an earlier request could have been on its way already.
 *
 * <p>The news of the failure may come later than such answers, so the last ones are remembered.
 * Thread-safe. Times are in ns of {@link System#nanoTime}, which on Linux is CLOCK_MONOTONIC and so
 * the same in all JVMs of a machine.
 */
final class OutageWatch {
  private static final int REMEMBERED = 4096;

  private final Consumer<Answer> onFirst;
  private final Deque<Answer> recent = new ArrayDeque<>();
  private @Nullable Long diedAt;

  /**
   * An answer.
   *
   * @param connection name of the connection
   * @param sentAt when the request was sent
   * @param receivedAt when the answer was there
   */
  record Answer(String connection, long sentAt, long receivedAt) {}

  OutageWatch(Consumer<Answer> onFirst) {
    this.onFirst = onFirst;
  }

  /** An answer came. */
  synchronized void answered(Answer answer) {
    if (diedAt != null) {
      report(answer);
      return;
    }
    recent.addLast(answer);
    if (recent.size() > REMEMBERED) {
      recent.removeFirst();
    }
  }

  /** The guest was dead at this time; reports the first answer since, now or when it comes. */
  synchronized void died(long at) {
    diedAt = at;
    recent.forEach(this::report);
    recent.clear();
  }

  private void report(Answer answer) {
    if (diedAt != null && answer.sentAt() - diedAt >= 0) {
      diedAt = null; // Only the first one.
      onFirst.accept(answer);
    }
  }
}
