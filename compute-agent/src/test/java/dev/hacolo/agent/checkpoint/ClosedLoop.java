package dev.hacolo.agent.checkpoint;

import dev.hacolo.agent.compare.CheckpointCause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A guest behind some connections, each of which sends its next request when it has its answer: a
 * request takes 4 ms on average, with some probability its answer differs and waits for a
 * checkpoint, a checkpoint begins 2 ms after its request and stops everything for a time.
 */
final class ClosedLoop {
  private static final long MS = 1_000_000;
  private static final double WORK = 4 * MS;
  private static final long LATENCY = 2 * MS;

  private final Random random = new Random(42);
  private final PriorityQueue<Request> running = new PriorityQueue<>();
  private final List<Request> waiting = new ArrayList<>();
  private final List<Long> latencies = new ArrayList<>();
  private final @Nullable CheckpointController controller;
  private final double differs;
  private final long pause;
  private long now;
  private long seals;
  private long paused;
  private long stopAt = Long.MAX_VALUE;
  private long lookAt = Long.MAX_VALUE;

  private record Request(long answered, long sent) implements Comparable<Request> {
    @Override
    public int compareTo(Request other) {
      return Long.compare(answered, other.answered);
    }
  }

  /**
   * What came of it.
   *
   * @param perSecond answers
   * @param p99 milliseconds
   * @param checkpoints a second
   * @param pausedPercent of the time
   */
  record Result(double perSecond, double p99, double checkpoints, double pausedPercent) {}

  /**
   * A loop that has not begun.
   *
   * @param settings null: a checkpoint is asked for as soon as anything waits
   */
  ClosedLoop(int connections, double differs, long pause, @Nullable CheckpointSettings settings) {
    this.differs = differs;
    this.pause = pause;
    controller = settings == null ? null : new CheckpointController(settings, 0);
    for (int i = 0; i < connections; i++) {
      send();
    }
  }

  private void send() {
    long work = (long) (-WORK * StrictMath.log(1 - random.nextDouble()));
    running.add(new Request(now + work, now));
  }

  Result run(long length) {
    while (now < length) {
      long answer = running.isEmpty() ? Long.MAX_VALUE : running.element().answered();
      now = Math.min(answer, Math.min(stopAt, lookAt));
      if (now == stopAt) {
        checkpoint();
      } else if (now == answer) {
        answer(running.remove());
      }
      look();
    }
    Collections.sort(latencies);
    double seconds = now / 1e9;
    return new Result(
        latencies.size() / seconds,
        latencies.get(latencies.size() * 99 / 100) / 1e6,
        seals / seconds,
        100.0 * paused / now);
  }

  private void answer(Request request) {
    if (random.nextDouble() < differs) {
      waiting.add(request);
      if (controller != null) {
        CheckpointCause cause = CheckpointCause.DIVERGENCE;
        controller.raised(cause, seals, now + 500 * MS);
      } else {
        stopAt = Math.min(stopAt, now + LATENCY);
      }
    } else {
      latencies.add(now - request.sent());
      send();
    }
  }

  private void checkpoint() {
    stopAt = Long.MAX_VALUE;
    if (controller != null) {
      controller.stopped(now);
      controller.sealed(seals + 1, true);
    }
    seals++;
    paused += pause;
    now += pause;
    List<Request> delayed =
        running.stream().map(r -> new Request(r.answered() + pause, r.sent())).toList();
    running.clear();
    running.addAll(delayed);
    for (Request request : waiting) {
      latencies.add(now - request.sent());
      send();
    }
    waiting.clear();
    if (controller != null) {
      controller.resumed(now);
    }
  }

  private void look() {
    if (controller != null) {
      CheckpointOrder order = controller.next(now);
      lookAt = order.lookAgainAt().orElse(Long.MAX_VALUE);
      if (order.askNow()) {
        stopAt = now + LATENCY;
      }
    }
  }
}
