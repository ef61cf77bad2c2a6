package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.provenance.ContentIndex;
import dev.hacolo.agent.provenance.InputContents;
import dev.hacolo.agent.provenance.LearningPolicy;

/** What is known of a guest's content in its memory, and what is still to be learnt. */
final class Evidence {
  /** Bodies that are being collected, of all connections together. */
  static final long MAX_COLLECTING_BYTES = 16 << 20;

  private final ContentIndex index;
  private final InputContents inputs;
  private final Lessons lessons;
  private final LearningPolicy policy;
  private long collecting;

  Evidence(ContentIndex index, InputContents inputs, Lessons lessons, LearningPolicy policy) {
    this.index = index;
    this.inputs = inputs;
    this.lessons = lessons;
    this.policy = policy;
  }

  InputContents inputs() {
    return inputs;
  }

  /** Whether a part of a body is as both VMs had it at the checkpoint, and comes from there. */
  boolean synced(byte[] data, BodyPart part) {
    return !inputs.mayOccur(data, part.offset(), part.length())
        && index.synced(
            data,
            part.offset(),
            part.length(),
            part.position(),
            part.total(),
            part.context(),
            part.framing());
  }

  /** Whether a body of which this is the first part may be collected. */
  boolean hasRoomFor(BodyPart part) {
    return part.total() >= policy.minBody()
        && part.total() <= policy.maxBody()
        && collecting + part.total() <= MAX_COLLECTING_BYTES;
  }

  void collects(long bytes) {
    collecting += bytes;
  }

  void learn(byte[] body, long context, long framing) {
    if (!index.knows(body, 0, body.length, context, framing)) {
      lessons.learn(body, context, framing);
    }
  }
}
