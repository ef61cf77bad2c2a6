package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.Positions.after;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection in one epoch, as B sees it: the secondary VM's stream, the primary's records. */
final class SecondaryFlow extends FlowTable.Entry<SecondaryFlow> {
  /** What becomes of the first record that waits. */
  enum Answer {
    EQUAL,
    DIFFERENT,
    /** Not known yet. */
    NONE
  }

  final WaitingRecords waiting = new WaitingRecords();
  private final SecondaryStreams streams = new SecondaryStreams();
  private final FlowProgress progress = new FlowProgress();

  /** How the primary opened the connection in this epoch. */
  private OutputRecord.@Nullable SynAck opening;

  /** The secondary's number of a position less the primary's. */
  private int delta;

  private boolean paired;
  private boolean announced = true;
  private boolean diverged;

  /** What was different first was pre-released: the client may have it. */
  private boolean contradicted;

  private int resets;

  SecondaryFlow(FlowKey key) {
    super(key);
  }

  @Override
  boolean busy() {
    return !waiting.isEmpty() || contradicted;
  }

  /**
   * A segment of the secondary VM.
   *
   * @return what it takes, in bytes, which may be negative
   */
  int output(Frame frame, Packet packet) {
    if (packet.has(Packet.RST)) {
      resets++;
      streams.latest().reset();
      return 0;
    }
    int from = packet.sequence();
    if (packet.has(Packet.SYN)) {
      if (!packet.has(Packet.ACK)) {
        return 0;
      }
      streams.open(OutputRecord.SynAck.of(packet), frame, opening);
      from++;
    }
    SecondaryStream to = streams.latest();
    int length = packet.payloadLength();
    int taken = length == 0 ? 0 : to.add(frame, packet.payload(), from, length);
    if (packet.has(Packet.FIN)) {
      to.finish(from + length, frame);
    }
    return taken - streams.takeFreed();
  }

  /** A record, which waits for its answer. */
  void add(OutputRecord.Stream output) {
    waiting.add(output);
    if (output.has(Packet.SYN)) {
      progress.forgetEntered();
    }
    if (output.preReleased()) {
      progress.entered(output.from() + output.length());
    }
  }

  /** What is to be said of a record, which is the first one that waits. */
  Answer decide(OutputRecord.Stream output, ContentDigest.Sum sum) {
    Answer answer = answer(output, sum);
    if (answer == Answer.DIFFERENT && !diverged) {
      diverged = true;
      contradicted = output.preReleased();
    }
    return answer;
  }

  private Answer answer(OutputRecord.Stream output, ContentDigest.Sum sum) {
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
      streams.resume(output.from());
    }
    if (streams.current().confused() || (opening != null && !paired)) {
      return Answer.NONE;
    }
    return content(output, sum);
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
      progress.begin();
      diverged = false;
      contradicted = false;
    } else if (known.sequence() != synAck.sequence()) {
      streams.current().confuse();
    }
    return pair(synAck);
  }

  private Answer pair(OutputRecord.SynAck synAck) {
    streams.advance(synAck);
    SecondaryStream stream = streams.current();
    OutputRecord.SynAck own = stream.opening();
    if (own == null || stream.confused() || !SecondaryStreams.answers(stream, synAck)) {
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
    if (answer == Answer.EQUAL && !diverged) {
      progress.recorded(output.from() + output.length() + (output.has(Packet.FIN) ? 1 : 0));
    }
    return answer;
  }

  private Answer compare(OutputRecord.Stream output, ContentDigest.Sum sum) {
    SecondaryStream stream = streams.current();
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
    SecondaryStream stream = streams.current();
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
    streams.latest().confuse();
  }

  /** How the secondary VM opened the connection. */
  OutputRecord.@Nullable SynAck secondaryOpening() {
    return streams.current().opening();
  }

  /**
   * The client has acknowledged what the primary sent up to a position.
   *
   * @return bytes that are not needed any more
   */
  int acknowledge(int position) {
    return progress.acknowledge(position) ? trim() : 0;
  }

  /**
   * Pre-released answers up to a position that the client has acknowledged, see {@link Omission}.
   */
  @Nullable Omission omittable(int acknowledged) {
    SecondaryStream stream = streams.current();
    boolean clear = !diverged && !contradicted && resets == 0 && !streams.hasNext();
    OutputRecord.Stream first = waiting.head();
    if (first == null || !clear || !stream.isOpen() || (opening != null && !paired)) {
      return null;
    }
    WaitingRecords.Answered answered = waiting.preReleasedTo(acknowledged);
    int own = own(first.from());
    return answered == null || stream.reaches(own)
        ? null
        : new Omission(key, answered.first(), answered.last(), first.from(), acknowledged, own);
  }

  /** The secondary VM will not send these answers, which are the first that wait. */
  void omit(Omission omission) {
    delta -= omission.end() - omission.from();
    progress.omitted(omission.end());
  }

  /** Forgets what neither the client nor a record needs. */
  int trim() {
    progress.settle();
    if (!progress.hasAcknowledged() || (opening != null && !paired)) {
      return streams.takeFreed();
    }
    return streams.takeFreed()
        + streams.current().trim(waiting.lowest(progress.acknowledged()) + delta);
  }

  /** Bytes that its streams take. */
  int size() {
    return streams.size();
  }

  /** A position of the primary VM as the secondary counts. */
  int own(int position) {
    return position + delta;
  }

  /**
   * Leaves the records of what the client may have. Nothing has left behind a first difference that
   * was not pre-released.
   *
   * @return how many are gone
   */
  int keepPreReleased() {
    int gone = waiting.keepPreReleased();
    while (diverged && !contradicted && !waiting.isEmpty()) {
      waiting.removeHead();
      gone++;
    }
    return gone;
  }

  /** Behind all that may have left, as the secondary counts; {@code otherwise} if nothing has. */
  int left(int otherwise) {
    return own(progress.left(otherwise - delta));
  }

  /** Whether the client may have something else than what the secondary VM has sent. */
  boolean contradicted() {
    return contradicted;
  }

  /** Whether what the secondary VM's stream lacks may be part of its state, as nothing was lost. */
  boolean mayHaveMore() {
    return opening == null && !streams.current().confused();
  }

  /** Whether a SYN of the secondary VM belongs to the connection of the records that wait. */
  boolean repeats(Packet syn) {
    if (!syn.has(Packet.ACK)) {
      return false;
    }
    OutputRecord.SynAck own = streams.current().opening();
    if (own != null) {
      return own.acknowledgement() == syn.acknowledgement();
    }
    OutputRecord.Stream head = waiting.head();
    return head == null || SecondaryStreams.follows(own(head.from()), syn.sequence());
  }

  /** Tells the frames with content that the client has not acknowledged. */
  void unacknowledged(Consumer<Frame> visitor) {
    streams.unacknowledged(visitor);
  }
}
