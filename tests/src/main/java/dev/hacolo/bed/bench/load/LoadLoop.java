package dev.hacolo.bed.bench.load;

import dev.hacolo.bed.traffic.WrongAnswerException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps one request outstanding on each of some connections, with the calling thread alone: it
 * shares a core with the secondary, so each operation shall cost little more than its three system
 * calls. A connection with a wrong answer, a break or too long a silence ends; the others go on.
 *
 * <p>With a pace requests are sent at times of their own, to the next millisecond. One that has to
 * wait for the answer to the one before counts from the time at which it was due.
 */
final class LoadLoop implements AutoCloseable {
  private static final long LOOK_EVERY_NANOS = 50_000_000;
  private static final long RESEND_NANOS = 1_000_000_000;
  private static final int MOST_PROBLEMS = 5;

  private final long silenceNanos;
  private final long paceNanos;
  private final Selector selector = Selector.open();
  private final List<Line> lines = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private LatencyHistogram latencies = new LatencyHistogram();
  private boolean issuing;
  private long errors;
  private long retries;
  private long measuredNanos;

  /**
   * Connects.
   *
   * @param room for the longest answer, in bytes
   * @param silenceMs a connection that waits longer for an answer is broken
   * @param paceNanos from one request of a connection to the next; 0: when it has its answer
   */
  LoadLoop(
      InetSocketAddress guest,
      boolean datagrams,
      List<Talk> talks,
      int room,
      long silenceMs,
      long paceNanos)
      throws IOException {
    this.silenceNanos = silenceMs * 1_000_000;
    this.paceNanos = paceNanos;
    for (Talk talk : talks) {
      lines.add(Line.open(talk, guest, datagrams, room, selector));
    }
  }

  /**
   * Works for some time, and until every connection is warm, then lets what is outstanding come in.
   */
  void warmUp(long nanos, long deadlineNanos) throws IOException {
    long start = System.nanoTime();
    begin();
    run(start + nanos);
    while (!lines.stream().allMatch(Line::isWarm) && System.nanoTime() - start < deadlineNanos) {
      run(System.nanoTime() + LOOK_EVERY_NANOS);
      if (lines.isEmpty()) {
        break;
      }
    }
    if (!lines.stream().allMatch(Line::isWarm)) {
      problems.add("the keys were not filled within the warm-up");
      errors++;
    }
    issuing = false;
    long end = System.nanoTime() + silenceNanos;
    while (!isQuiet() && System.nanoTime() - end < 0) {
      look(end);
    }
  }

  /** Works for some time and forgets latencies and retries from before. */
  void measure(long nanos) throws IOException {
    latencies = new LatencyHistogram();
    retries = 0;
    long start = System.nanoTime();
    begin();
    run(start + nanos);
    measuredNanos = System.nanoTime() - start;
    issuing = false;
  }

  /** Latencies since the measurement began. */
  LatencyHistogram latencies() {
    return latencies;
  }

  /** How long it was, in ns. */
  long measuredNanos() {
    return measuredNanos;
  }

  long retries() {
    return retries;
  }

  long errors() {
    return errors;
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public void close() throws IOException {
    lines.forEach(Line::close);
    selector.close();
  }

  private void begin() {
    issuing = true;
    long start = System.nanoTime();
    for (int i = 0; i < lines.size(); i++) {
      lines.get(i).dueAt(start + i * paceNanos / lines.size());
    }
    sendDue();
  }

  /** All requests whose time has come. */
  private void sendDue() {
    long now = System.nanoTime();
    for (Line line : List.copyOf(lines)) {
      if (!line.isOutstanding() && line.dueAt() - now <= 0) {
        attempt(line, () -> send(line, now));
      }
    }
  }

  private void send(Line line, long since) throws IOException {
    line.dueAt(line.dueAt() + paceNanos);
    line.send(since);
  }

  /** The earliest time at which there is something to do, {@code end} at the latest. */
  private long nextDue(long end) {
    long next = end;
    for (Line line : lines) {
      if (issuing && !line.isOutstanding() && line.dueAt() - next < 0) {
        next = line.dueAt();
      }
    }
    return next;
  }

  private boolean isQuiet() {
    return lines.stream().noneMatch(Line::isOutstanding);
  }

  private void run(long end) throws IOException {
    while (System.nanoTime() - end < 0 && !lines.isEmpty()) {
      look(end);
    }
  }

  /** Waits for answers, at most until {@code end} or a tick, and takes those that are there. */
  private void look(long end) throws IOException {
    long tick = Math.min(end, System.nanoTime() + LOOK_EVERY_NANOS);
    while (true) {
      long left = tick - System.nanoTime();
      if (left <= 0) {
        break;
      }
      long wait = paceNanos == 0 ? left : Math.max(0, nextDue(tick) - System.nanoTime());
      selector.select(this::ready, wait / 1_000_000 + 1);
      if (paceNanos > 0 && issuing) {
        sendDue();
      }
      if (lines.isEmpty() || (!issuing && isQuiet())) {
        return;
      }
    }
    List.copyOf(lines).forEach(this::checkPatience);
  }

  private void ready(SelectionKey key) {
    Line line = (Line) key.attachment();
    attempt(
        line,
        () -> {
          if (line.receive()) {
            latencies.record(System.nanoTime() - line.sentAt());
            if (issuing && paceNanos == 0) {
              line.send();
            } else if (issuing && line.dueAt() - System.nanoTime() <= 0) {
              send(line, line.dueAt());
            }
          }
        });
  }

  private void checkPatience(Line line) {
    long now = System.nanoTime();
    if (!line.isOutstanding()) {
      return;
    }
    attempt(
        line,
        () -> {
          if (now - line.sentAt() > silenceNanos) {
            throw new IOException("silent for more than %d ms".formatted(silenceNanos / 1_000_000));
          }
          if (line.isDatagrams() && now - line.lastSentAt() > RESEND_NANOS) {
            retries++;
            line.sendAgain();
          }
        });
  }

  private interface Step {
    void go() throws Exception;
  }

  private void attempt(Line line, Step step) {
    try {
      step.go();
    } catch (IOException | WrongAnswerException e) {
      end(line, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void end(Line line, String why) {
    errors++;
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(why);
    }
    line.close();
    lines.remove(line);
  }
}
