package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.Operation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Writes down what is asked and answered. Bounded. Thread-safe. */
final class Recorder {
  private static final int MOST = 100_000;

  private final Map<Service, Long> answers = new EnumMap<>(Service.class);
  private List<Operation> operations = new ArrayList<>();
  private Breaks breaks = new Breaks(0, 0, 0);

  /**
   * Connections that broke.
   *
   * @param resets ended by the guest, or by its network
   * @param stalls given up because no answer came
   * @param refusals connections that could not be opened
   */
  record Breaks(int resets, int stalls, int refusals) {}

  /** Whether there is room for what all clients may be asking. */
  synchronized boolean hasRoom() {
    return operations.size() < MOST;
  }

  synchronized void add(Operation operation) {
    operations.add(operation);
  }

  synchronized void answered(Service service) {
    answers.merge(service, 1L, Long::sum);
  }

  /** Answers of a service since the start. */
  synchronized long answers(Service service) {
    return answers.getOrDefault(service, 0L);
  }

  synchronized void reset() {
    breaks = new Breaks(breaks.resets() + 1, breaks.stalls(), breaks.refusals());
  }

  synchronized void stalled() {
    breaks = new Breaks(breaks.resets(), breaks.stalls() + 1, breaks.refusals());
  }

  synchronized void refused() {
    breaks = new Breaks(breaks.resets(), breaks.stalls(), breaks.refusals() + 1);
  }

  /** What has been written down so far. */
  synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** The connections that broke since the last call. */
  synchronized Breaks takeBreaks() {
    Breaks taken = breaks;
    breaks = new Breaks(0, 0, 0);
    return taken;
  }

  /** Forgets the operations. */
  synchronized void clear() {
    operations = new ArrayList<>();
  }
}
