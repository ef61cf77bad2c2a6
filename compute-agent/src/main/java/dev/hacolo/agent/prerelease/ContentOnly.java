package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.compare.Origins;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.provenance.ContentIndex;
import dev.hacolo.agent.provenance.LearningPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Pre-release by the condition of the paper alone, mode {@code provenance}: content that lies in
 * memory where and as it lay at the checkpoint may leave early, whatever it answers. It knows no
 * services. What that cannot exclude: docs/consistency.md.
 */
public final class ContentOnly implements Origins {
  private final ContentIndex index;
  private final Lessons lessons;
  private final LearningPolicy policy;

  /**
   * With nothing known.
   *
   * @param lessons gets what is to be learnt
   */
  public ContentOnly(ContentIndex index, Lessons lessons, LearningPolicy policy) {
    this.index = index;
    this.lessons = lessons;
    this.policy = policy;
  }

  @Override
  public void input(int nic, Packet parsed) {
    // What is asked makes no difference.
  }

  @Override
  public @Nullable Connection open(FlowKey flow, int client, int guest) {
    return new Segments(flow.guestPort(), guest);
  }

  @Override
  public void epoch() {
    // The index knows.
  }

  /** Each segment is judged alone. */
  private final class Segments implements Connection {
    private final long context;
    private int next;

    Segments(long context, int next) {
      this.context = context;
      this.next = next;
    }

    @Override
    public InputHint client(Packet parsed, long input) {
      return InputHint.NONE; // nobody knows what it asks
    }

    @Override
    public long answered() {
      return -1;
    }

    @Override
    public Origin guest(Packet parsed) {
      int length = parsed.payloadLength();
      boolean isNext = parsed.sequence() == next;
      next = isNext || parsed.sequence() + length - next > 0 ? parsed.sequence() + length : next;
      byte[] data = parsed.data();
      BodyPart part = LineFraming.body(data, parsed.payload(), length, context);
      boolean fits = part.length() >= policy.minBody() && part.length() <= policy.maxBody();
      if (!isNext || !fits) {
        return Origin.NOTHING;
      }
      boolean synced =
          index.synced(
              data, part.offset(), part.length(), 0, part.total(), context, part.framing());
      return synced ? Origin.SYNCHRONISED : lesson(data, part);
    }

    private Origin lesson(byte[] data, BodyPart part) {
      if (index.knows(data, part.offset(), part.length(), context, part.framing())) {
        return Origin.NOTHING;
      }
      byte[] body = new byte[part.length()];
      System.arraycopy(data, part.offset(), body, 0, body.length);
      return new Lesson(body, context, part.framing());
    }

    @Override
    public void close() {
      // Nothing is kept.
    }
  }

  /** A body that is worth knowing once both VMs have sent it. */
  private final class Lesson implements Origin {
    private final byte[] body;
    private final long context;
    private final long framing;

    Lesson(byte[] body, long context, long framing) {
      this.body = body;
      this.context = context;
      this.framing = framing;
    }

    @Override
    public boolean synchronised() {
      return false;
    }

    @Override
    public void confirmed() {
      lessons.learn(body, context, framing);
    }
  }
}
