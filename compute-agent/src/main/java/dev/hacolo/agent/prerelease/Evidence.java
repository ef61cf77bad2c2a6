package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.provenance.ContentIndex;
import dev.hacolo.agent.provenance.InputContents;
import dev.hacolo.agent.provenance.LearningPolicy;

/** What is known of a guest's content, and what is still to be learnt. */
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

  /** Whether a part of a body is as both VMs have it. */
  boolean synced(byte[] data, BodyPart part) {
    return index.synced(
        data,
        part.offset(),
        part.length(),
        part.position(),
        part.total(),
        part.context(),
        part.framing());
  }

  /** Whether it is worth the while to collect a body of which this is the first part. */
  boolean isWorthLearning(byte[] data, BodyPart part) {
    boolean fits = part.total() >= policy.minBody() && part.total() <= policy.maxBody();
    boolean room = collecting + part.total() <= MAX_COLLECTING_BYTES;
    boolean whole = part.length() == part.total();
    return fits
        && room
        && !(whole
            && index.knows(data, part.offset(), part.length(), part.context(), part.framing()));
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
