package dev.hacolo.agent.compare;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A gate and a comparator with two queues between them, which are the packet link. Nothing is
 * carried until {@link #carry}.
 */
final class PairRig implements ReleaseGate.Port, OutputComparator.Port {
  static final byte[] KEY = new byte[32];

  static {
    for (int i = 0; i < KEY.length; i++) {
      KEY[i] = (byte) (i * 37 + 11);
    }
  }

  /** A frame as it was given, with its NIC. */
  record Output(int nic, Frame frame) {}

  final ReleaseGate gate;
  final OutputComparator comparator;
  final List<Output> released = new ArrayList<>();
  final List<CheckpointCause> causes = new ArrayList<>();

  /** Every verdict with its record; null in the place of one that is not answered. */
  final List<Verdict> verdicts = new ArrayList<>();

  final List<OutputRecord> records = new ArrayList<>();

  /** Those of the records that open connections. */
  final List<OutputRecord.Stream> openings = new ArrayList<>();

  /** What the gate has told of the clients' streams: client port and position. */
  final List<String> acknowledgements = new ArrayList<>();

  /** Where events are told in words, if somebody listens. */
  Consumer<String> listener = text -> {};

  long now;
  private final ArrayDeque<Runnable> toB = new ArrayDeque<>();
  private final ArrayDeque<Runnable> toA = new ArrayDeque<>();
  private final Packet packet = new Packet();
  private long inputsAtB;
  private long recordsAtB;

  PairRig(GatePolicy policy, ComparatorLimits limits) {
    this(policy, limits, Origins.UNKNOWN);
  }

  PairRig(GatePolicy policy, ComparatorLimits limits, Origins origins) {
    gate = new ReleaseGate(policy, new ContentDigest(KEY), origins, this);
    comparator = new OutputComparator(limits, new ContentDigest(KEY), this);
  }

  PairRig() {
    this(GatePolicy.DEFAULT, ComparatorLimits.DEFAULT);
  }

  /** The first checkpoint, with nothing held. */
  PairRig started() {
    checkpoint();
    return this;
  }

  void input(int nic, Frame frame) {
    gate.input(nic, frame, now);
    toB.add(
        () -> {
          packet.parse(frame);
          comparator.input(nic, packet);
          long count = ++inputsAtB;
          toA.add(() -> gate.inputsStable(count));
        });
  }

  void primary(int nic, Frame frame) {
    gate.output(nic, frame, now);
  }

  void secondary(int nic, Frame frame) {
    packet.parse(frame);
    comparator.output(nic, frame, packet);
  }

  void seal(long checkpoint, boolean certain) {
    gate.sealed(checkpoint, certain);
    toB.add(() -> comparator.epochMark(checkpoint));
  }

  /** A whole certain checkpoint. */
  void checkpoint() {
    carry();
    comparator.secondaryStopped();
    gate.stopped();
    long next = comparator.epoch() + 1;
    seal(next, true);
    carry();
    comparator.stateLoaded();
    carry();
    gate.checkpointed(next);
  }

  /** Carries what is on the link, both ways, until nothing is. */
  void carry() {
    while (!toB.isEmpty() || !toA.isEmpty()) {
      carryToB();
      carryToA();
    }
  }

  void carryToB() {
    for (Runnable message = toB.poll(); message != null; message = toB.poll()) {
      message.run();
    }
  }

  void carryToA() {
    for (Runnable message = toA.poll(); message != null; message = toA.poll()) {
      message.run();
    }
  }

  /** Forgets what was seen, but not what gate and comparator know. */
  void forget() {
    released.clear();
    records.clear();
    verdicts.clear();
    openings.clear();
  }

  @Override
  public void record(OutputRecord output) {
    records.add(output);
    if (output instanceof OutputRecord.Stream stream && stream.synAck() != null) {
      openings.add(stream);
    }
    verdicts.add(null);
    listener.accept("record " + Texts.of(output));
    toB.add(
        () -> {
          comparator.record(output);
          long count = ++recordsAtB;
          toA.add(() -> gate.recordsStable(count));
        });
  }

  @Override
  public void release(int nic, Frame frame) {
    released.add(new Output(nic, frame));
    listener.accept("release " + Texts.of(nic, frame));
  }

  @Override
  public void acknowledged(FlowKey flow, int acknowledgement) {
    acknowledgements.add(flow.clientPort() + " " + Integer.toUnsignedString(acknowledgement));
  }

  @Override
  public void checkpointDue(CheckpointCause cause) {
    causes.add(cause);
    listener.accept("due " + cause);
  }

  @Override
  public void verdict(long record, Verdict verdict) {
    verdicts.set((int) record, verdict);
    listener.accept("verdict " + record + " " + verdict);
    toA.add(() -> gate.verdict(record, verdict));
  }

  @Override
  public void opened(FlowKey flow, OutputRecord.SynAck primary, OutputRecord.SynAck secondary) {
    listener.accept(
        "opened %s, primary %s, secondary %s"
            .formatted(
                flow,
                Integer.toUnsignedString(primary.sequence()),
                Integer.toUnsignedString(secondary.sequence())));
  }

  @Override
  public void checkpointWanted(CheckpointCause cause) {
    causes.add(cause);
    listener.accept("wanted " + cause);
  }
}
