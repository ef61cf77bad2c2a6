package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.Positions.after;
import static dev.hacolo.agent.compare.Positions.max;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import org.jspecify.annotations.Nullable;

/** A connection in one epoch, as B sees it: the secondary VM's stream, the primary's records. */
final class SecondaryFlow extends FlowTable.Entry<SecondaryFlow> {
  /** How far a connection gets, at most, while its SYN-ACK may still be repeated. */
  private static final long RESUMED = 1 << 24;

  /** What becomes of the first record that waits. */
  enum Answer {
    EQUAL,
    DIFFERENT,
    /** Not known yet. */
    NONE
  }

  final WaitingRecords waiting = new WaitingRecords();

  private SecondaryStream stream = new SecondaryStream();

  /** The same ports' next connection, which the secondary VM has begun before the primary. */
  private @Nullable SecondaryStream next;

  /** How the primary opened the connection in this epoch. */
  private OutputRecord.@Nullable SynAck opening;

  /** The secondary's number of a position less the primary's. */
  private int delta;

  private boolean paired;
  private boolean announced = true;
  private int acknowledged;

  private boolean hasAcknowledged;

  /** What the client has acknowledged as it says; pre-released content may be part of it. */
  private int told;

  private boolean hasTold;

  /** Behind the highest position that may have left: found equal, nothing different before it. */
  private int recorded;

  private boolean hasRecorded;
  private boolean diverged;
  private int resets;

  /** Bytes of streams that were given up, not told yet. */
  private int freed;

  SecondaryFlow(FlowKey key) {
    super(key);
  }

  @Override
  boolean busy() {
    return !waiting.isEmpty();
  }

  /**
   * A segment of the secondary VM.
   *
   * @return what it takes, in bytes, which may be negative
   */
  int output(Frame frame, Packet packet) {
    if (packet.has(Packet.RST)) {
      resets++;
      latest().reset();
      return 0;
    }
    int from = packet.sequence();
    if (packet.has(Packet.SYN)) {
      if (!packet.has(Packet.ACK)) {
        return 0;
      }
      open(OutputRecord.SynAck.of(packet), frame);
      from++;
    }
    SecondaryStream to = latest();
    int length = packet.payloadLength();
    int taken = length == 0 ? 0 : to.add(frame, packet.payload(), from, length);
    if (packet.has(Packet.FIN)) {
      to.finish(from + length, frame);
    }
    return taken - takeFreed();
  }

  private SecondaryStream latest() {
    return next == null ? stream : next;
  }

  /** A SYN-ACK belongs to the connection whose client's SYN it acknowledges. */
  private void open(OutputRecord.SynAck synAck, Frame frame) {
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
    advance();
  }

  private static boolean answers(SecondaryStream stream, OutputRecord.SynAck synAck) {
    OutputRecord.SynAck own = stream.opening();
    return own != null && own.acknowledgement() == synAck.acknowledgement();
  }

  /** Goes on to the next connection when the primary has begun it too. */
  private void advance() {
    SecondaryStream begun = next;
    OutputRecord.SynAck primary = opening;
    if (begun != null && primary != null && answers(begun, primary) && !answers(stream, primary)) {
      replace(begun);
    }
  }

  private void replace(SecondaryStream begun) {
    freed += stream.size();
    stream = begun;
    next = null;
  }

  private int takeFreed() {
    int taken = freed;
    freed = 0;
    return taken;
  }

  /** What is to be said of a record, which is the first one that waits. */
  Answer decide(OutputRecord.Stream output, ContentDigest.Sum sum) {
    if (output.has(Packet.RST)) {
      return reset();
    }
    OutputRecord.SynAck synAck = output.synAck();
    if (synAck != null) {
      Answer answer = opening(synAck);
      if (answer != Answer.EQUAL) {
        return answer;
      }
    }
    if (opening == null) {
      resume(output.from());
    }
    if (stream.confused() || (opening != null && !paired)) {
      return Answer.NONE;
    }
    return content(output, sum);
  }

  /**
   * A SYN-ACK of the secondary VM alone repeats one that is in the state, so both VMs count alike,
   * if the primary's positions follow it.
   */
  private void resume(int position) {
    SecondaryStream begun = next;
    OutputRecord.SynAck own = begun == null ? null : begun.opening();
    if (begun != null
        && own != null
        && Integer.toUnsignedLong(position - own.sequence() - 1) < RESUMED) {
      replace(begun);
    }
  }

  private Answer reset() {
    if (resets == 0) {
      return Answer.NONE;
    }
    resets--;
    return Answer.EQUAL;
  }

  /** The primary's SYN-ACK: begins a connection, or repeats itself. */
  private Answer opening(OutputRecord.SynAck synAck) {
    OutputRecord.SynAck known = opening;
    if (known == null || known.acknowledgement() != synAck.acknowledgement()) {
      opening = synAck;
      paired = false;
      hasAcknowledged = false;
      hasTold = false;
      hasRecorded = false;
      diverged = false;
    } else if (known.sequence() != synAck.sequence()) {
      stream.confuse();
    }
    return pair(synAck);
  }

  private Answer pair(OutputRecord.SynAck synAck) {
    advance();
    OutputRecord.SynAck own = stream.opening();
    if (own == null || stream.confused() || !answers(stream, synAck)) {
      return Answer.NONE;
    }
    if (paired) {
      return Answer.EQUAL;
    }
    if (own.options() != synAck.options()) {
      return Answer.DIFFERENT;
    }
    paired = true;
    announced = false;
    delta = own.sequence() - synAck.sequence();
    return Answer.EQUAL;
  }

  private Answer content(OutputRecord.Stream output, ContentDigest.Sum sum) {
    Answer answer = compare(output, sum);
    diverged |= answer == Answer.DIFFERENT;
    if (answer == Answer.EQUAL && !diverged) {
      int end = output.from() + output.length() + (output.has(Packet.FIN) ? 1 : 0);
      recorded = hasRecorded ? max(recorded, end) : end;
      hasRecorded = true;
    }
    return answer;
  }

  private Answer compare(OutputRecord.Stream output, ContentDigest.Sum sum) {
    int from = output.from() + delta;
    int end = from + output.length();
    if (stream.finished() && after(end, stream.end())) {
      return Answer.DIFFERENT;
    }
    if (output.length() > 0) {
      if (!stream.digest(sum, from, output.length())) {
        return stream.wasReset() ? Answer.DIFFERENT : Answer.NONE;
      }
      if (!sum.matches(output.digest())) {
        return Answer.DIFFERENT;
      }
    }
    return output.has(Packet.FIN) ? end(end) : Answer.EQUAL;
  }

  private Answer end(int end) {
    if (stream.finished()) {
      return stream.end() == end ? Answer.EQUAL : Answer.DIFFERENT;
    }
    return stream.reaches(end) || stream.wasReset() ? Answer.DIFFERENT : Answer.NONE;
  }

  /** How the primary opened the connection, once for each that both have opened in this epoch. */
  OutputRecord.@Nullable SynAck newlyOpened() {
    if (announced) {
      return null;
    }
    announced = true;
    return opening;
  }

  /** Something of the secondary VM was lost: nothing can be said until the epoch is over. */
  void confuse() {
    latest().confuse();
  }

  /** How the secondary VM opened the connection. */
  OutputRecord.@Nullable SynAck secondaryOpening() {
    return stream.opening();
  }

  /**
   * The client has acknowledged what the primary sent up to a position.
   *
   * @return bytes that are not needed any more
   */
  int acknowledge(int position) {
    told = hasTold ? max(told, position) : position;
    hasTold = true;
    return trim();
  }

  /** What was pre-released may be acknowledged before the secondary VM has sent it. */
  private void settle() {
    if (hasRecorded && hasTold) {
      int settled = Positions.min(told, recorded);
      acknowledged = hasAcknowledged ? max(acknowledged, settled) : settled;
      hasAcknowledged = true;
    }
  }

  /** Forgets what neither the client nor a record needs. */
  int trim() {
    settle();
    if (!hasAcknowledged || (opening != null && !paired)) {
      return takeFreed();
    }
    return takeFreed() + stream.trim(waiting.lowest(acknowledged) + delta);
  }

  /** Bytes that its streams take. */
  int size() {
    SecondaryStream begun = next;
    return freed + stream.size() + (begun == null ? 0 : begun.size());
  }

  /** A position of the primary VM as the secondary counts. */
  int own(int position) {
    return position + delta;
  }

  SecondaryStream stream() {
    return stream;
  }

  @Nullable SecondaryStream next() {
    return next;
  }
}
