package dev.hacolo.bed.traffic;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one connection, however long it lives: a few counters. Thread-safe.
 *
 * <p>Writes are numbered from 1 on and made one after the other, so "acknowledged up to {@code n}"
 * names each acknowledged write; at most one more may have been sent and not answered.
 */
public final class ConnectionRecord {
  private final int id;
  private final Protocol protocol;
  private long answers;
  private long acknowledgedWrites;
  private boolean writePending;
  private long lastAnswer;
  private long longestGap;
  private @Nullable String broken;
  private long wrongAnswers;
  private @Nullable String firstWrongAnswer;

  /**
   * Remembers a connection from now on.
   *
   * @param id number of the connection in the run
   * @param protocol what it speaks
   * @param now time in ns
   */
  public ConnectionRecord(int id, Protocol protocol, long now) {
    this.id = id;
    this.protocol = protocol;
    this.lastAnswer = now;
  }

  /** Its number. */
  public int id() {
    return id;
  }

  /** What it speaks. */
  public Protocol protocol() {
    return protocol;
  }

  /** Name for people: {@code redis-3}. */
  public String name() {
    return protocol.name().toLowerCase(java.util.Locale.ROOT) + "-" + id;
  }

  /** Number of the next write, which may now be on its way. */
  public synchronized long beginWrite() {
    writePending = true;
    return acknowledgedWrites + 1;
  }

  /** The write that was begun is acknowledged. */
  public synchronized void writeAcknowledged() {
    writePending = false;
    acknowledgedWrites++;
  }

  /** An answer came, right or wrong. */
  public synchronized void answered(long now) {
    answers++;
    longestGap = Math.max(longestGap, now - lastAnswer);
    lastAnswer = now;
  }

  /** No answer was asked for until now: that was no gap. */
  public synchronized void resumed(long now) {
    lastAnswer = now;
  }

  /** Forgets the gaps so far, to measure those around an event. */
  public synchronized void measureGapsAnew() {
    longestGap = 0;
  }

  /** An answer was wrong. */
  public synchronized void wrong(String sentence) {
    wrongAnswers++;
    if (firstWrongAnswer == null) {
      firstWrongAnswer = sentence;
    }
  }

  /** The connection was reset or closed, or nothing came for too long. */
  public synchronized void broken(String sentence) {
    if (broken == null) {
      broken = sentence;
    }
  }

  /** A consistent view. */
  public synchronized Snapshot snapshot() {
    return new Snapshot(
        id,
        protocol,
        name(),
        answers,
        acknowledgedWrites,
        writePending,
        longestGap,
        broken,
        wrongAnswers,
        firstWrongAnswer);
  }

  /**
   * A connection at one moment.
   *
   * @param id its number
   * @param protocol what it speaks
   * @param name name for people
   * @param answers answers so far
   * @param acknowledgedWrites writes 1 to this number are acknowledged
   * @param writePending one more write was sent, and may or may not have happened
   * @param longestGapNanos longest time between two answers
   * @param broken why it is broken, if it is
   * @param wrongAnswers answers that were not the right ones
   * @param firstWrongAnswer the first of them
   */
  public record Snapshot(
      int id,
      Protocol protocol,
      String name,
      long answers,
      long acknowledgedWrites,
      boolean writePending,
      long longestGapNanos,
      @Nullable String broken,
      long wrongAnswers,
      @Nullable String firstWrongAnswer) {}
}
