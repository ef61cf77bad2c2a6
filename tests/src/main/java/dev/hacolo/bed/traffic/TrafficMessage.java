package dev.hacolo.bed.traffic;

import dev.hacolo.bed.traffic.ConnectionRecord.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines of JSON between the bed and its traffic client. */
public final class TrafficMessage {
  private TrafficMessage() {}

  /** What the client can be told to do; each order is answered by one event of the same kind. */
  public enum Kind {
    /** Open more connections of each protocol and keep them busy. */
    OPEN,
    /** Stop between two requests. */
    PAUSE,
    /** Go on. */
    RESUME,
    /** Say how each connection is. */
    STATUS,
    /** Measure the gaps anew from here. */
    GAPS_ANEW,
    /** The guest died at a given time; answered by the first answer since. */
    DIED,
    /** Look for every acknowledged write; the client must be paused. */
    VERIFY
  }

  /**
   * An order.
   *
   * @param kind what to do
   * @param count OPEN: connections of each protocol
   * @param at DIED: time in ns of {@link System#nanoTime}
   */
  public record Order(Kind kind, int count, long at) {}

  /**
   * An event.
   *
   * @param kind the order that it answers
   * @param problem why the order could not be carried out
   * @param connection DIED: connection of the first answer
   * @param at DIED: when it came, in ns of {@link System#nanoTime}
   * @param connections STATUS, OPEN: all connections
   * @param verified VERIFY: what was found
   */
  public record Event(
      Kind kind,
      @Nullable String problem,
      @Nullable String connection,
      long at,
      @Nullable List<Snapshot> connections,
      @Nullable Verified verified) {

    static Event done(Kind kind) {
      return new Event(kind, null, null, 0, null, null);
    }

    static Event failed(Kind kind, String problem) {
      return new Event(kind, problem, null, 0, null, null);
    }

    static Event firstAnswer(String connection, long at) {
      return new Event(Kind.DIED, null, connection, at, null, null);
    }

    static Event status(Kind kind, List<Snapshot> connections) {
      return new Event(kind, null, null, 0, connections, null);
    }

    static Event verified(Verified verified) {
      return new Event(Kind.VERIFY, null, null, 0, null, verified);
    }
  }

  /**
   * What a verification has found.
   *
   * @param memoryChecked keys that were asked for
   * @param memoryLost keys whose acknowledged value is missing or wrong
   * @param diskChecked writes found on disk
   * @param diskLost acknowledged writes that are missing or wrong on disk
   * @param examples some of the losses, in sentences
   */
  public record Verified(
      long memoryChecked,
      long memoryLost,
      long diskChecked,
      long diskLost,
      List<String> examples) {}
}
