package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Frame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The secondary VM's streams on the same ports: the one that is compared, and the next connection's
 * if the secondary VM has begun that before the primary. A SYN-ACK belongs to the connection whose
 * client's SYN it acknowledges.
 */
final class SecondaryStreams {
  /** How far a connection gets, at most, while its SYN-ACK may still be repeated. */
  private static final long RESUMED = 1 << 24;

  private SecondaryStream stream = new SecondaryStream();
  private @Nullable SecondaryStream next;

  /** Bytes of streams that were given up, not told yet. */
  private int freed;

  /** The one that is compared. */
  SecondaryStream current() {
    return stream;
  }

  /** The one that the secondary VM sends on. */
  SecondaryStream latest() {
    return next == null ? stream : next;
  }

  static boolean answers(SecondaryStream stream, OutputRecord.SynAck synAck) {
    OutputRecord.SynAck own = stream.opening();
    return own != null && own.acknowledgement() == synAck.acknowledgement();
  }

  /**
   * A SYN-ACK of the secondary VM.
   *
   * @param primary how the primary has opened the connection in this epoch
   */
  void open(OutputRecord.SynAck synAck, Frame frame, OutputRecord.@Nullable SynAck primary) {
    if (answers(stream, synAck)) {
      stream.open(synAck, frame);
      return;
    }
    SecondaryStream begun = next;
    if (begun != null && answers(begun, synAck)) {
      begun.open(synAck, frame);
      return;
    }
    SecondaryStream made = new SecondaryStream();
    made.open(synAck, frame);
    freed += begun == null ? 0 : begun.size();
    next = made;
    if (primary != null) {
      advance(primary);
    }
  }

  /** Goes on to the next connection when the primary has begun it too. */
  void advance(OutputRecord.SynAck primary) {
    SecondaryStream begun = next;
    if (begun != null && answers(begun, primary) && !answers(stream, primary)) {
      replace(begun);
    }
  }

  /**
   * A SYN-ACK of the secondary VM alone repeats one that is in the state, so both VMs count alike,
   * if the primary's positions follow it.
   */
  void resume(int position) {
    SecondaryStream begun = next;
    OutputRecord.SynAck own = begun == null ? null : begun.opening();
    if (begun != null && own != null && follows(position, own.sequence())) {
      replace(begun);
    }
  }

  /** Whether a position can be one of a connection whose SYN-ACK may still be repeated. */
  static boolean follows(int position, int synAckSequence) {
    return Integer.toUnsignedLong(position - synAckSequence - 1) < RESUMED;
  }

  private void replace(SecondaryStream begun) {
    freed += stream.size();
    stream = begun;
    next = null;
  }

  /** Whether the secondary VM has begun another connection. */
  boolean hasNext() {
    return next != null;
  }

  /** Bytes of streams that were given up since the last call. */
  int takeFreed() {
    int taken = freed;
    freed = 0;
    return taken;
  }

  /** Bytes that the streams take. */
  int size() {
    SecondaryStream begun = next;
    return freed + stream.size() + (begun == null ? 0 : begun.size());
  }

  /** Frames with content that the client has not acknowledged. */
  void unacknowledged(Consumer<Frame> visitor) {
    stream.unacknowledged(visitor);
    SecondaryStream begun = next;
    if (begun != null) {
      begun.unacknowledged(visitor);
    }
  }
}
