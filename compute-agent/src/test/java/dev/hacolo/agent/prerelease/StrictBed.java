package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.compare.GatePolicy;
import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.compare.Origins;
import dev.hacolo.agent.compare.OutputRecord;
import dev.hacolo.agent.compare.ReleaseGate;
import dev.hacolo.agent.compare.Verdict;
import dev.hacolo.agent.config.ProfileFiles;
import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.profile.Conversation;
import dev.hacolo.agent.profile.HashKey;
import dev.hacolo.agent.profile.ProfileBook;
import dev.hacolo.agent.provenance.LearningPolicy;
import dev.hacolo.common.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * The gate in mode strict with the profiles that come with the agent. B has all inputs and records
 * at once; its verdicts come when the test says so.
 */
final class StrictBed implements ReleaseGate.Port {
  private static final ProfileBook BOOK = book();

  final FakeKnowledge knowledge = new FakeKnowledge();
  final List<OutputRecord> records = new ArrayList<>();
  final List<Frame> released = new ArrayList<>();
  final ReleaseGate gate;

  /** What the last input was taken for. */
  InputHint hint = InputHint.NONE;

  private long checkpoint;
  private int ports = 4000;

  /** After so many checkpoints that it is known what clients have sent. */
  StrictBed() {
    this(GatePolicy.Release.STRICT);
  }

  /** With another release. */
  StrictBed(GatePolicy.Release release) {
    PreRelease strict =
        new PreRelease(
            BOOK,
            knowledge.index,
            knowledge.inputs,
            knowledge,
            LearningPolicy.DEFAULT,
            Service.MAX_ANSWER_BYTES);
    Origins origins = release == GatePolicy.Release.STRICT ? strict : new RequestOrder(BOOK);
    GatePolicy policy = GatePolicy.DEFAULT.withRelease(release);
    gate = new ReleaseGate(policy, new ContentDigest(new byte[32]), origins, this);
    checkpoint();
    checkpoint();
  }

  private static ProfileBook book() {
    try {
      return new ProfileBook(ProfileFiles.load(null), new HashKey(3, 4));
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A conversation of the service at a port. */
  static Conversation conversation(int port) {
    return Objects.requireNonNull(BOOK.conversation(port));
  }

  /** Text that occurs nowhere else, of letters. */
  static String content(int seed, int length) {
    StringBuilder text = new StringBuilder();
    new Random(seed).ints(length, 'a', 'z' + 1).forEach(c -> text.append((char) c));
    return text.toString();
  }

  /** A new connection to a port of the guest. */
  StrictClient client(int port) {
    StrictClient client = unopened(port);
    client.open();
    return client;
  }

  /** One that has been there for longer than the gate. */
  StrictClient unopened(int port) {
    return new StrictClient(this, port, ports++);
  }

  void input(Frame frame) {
    hint = gate.input(0, frame, 0);
    gate.inputsStable(gate.inputs());
  }

  void output(Frame frame) {
    gate.output(0, frame, 0);
    gate.recordsStable(records.size());
  }

  void equal(OutputRecord output) {
    gate.verdict(output.id(), Verdict.EQUAL);
  }

  /** One that covers all that is held. */
  void checkpoint() {
    gate.stopped();
    gate.sealed(++checkpoint, true);
    gate.checkpointed(checkpoint);
  }

  /** Two, after which no input counts any more. */
  void checkpoints() {
    checkpoint();
    checkpoint();
  }

  @Override
  public void record(OutputRecord output) {
    records.add(output);
  }

  @Override
  public void release(int nic, Frame frame) {
    released.add(frame);
  }

  @Override
  public void acknowledged(FlowKey flow, int acknowledgement) {
    // Of no interest here.
  }

  @Override
  public void checkpointDue(CheckpointCause cause) {
    // The test decides.
  }
}
