package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.compare.Origins.Origin;
import org.jspecify.annotations.Nullable;

/**
 * Puts together the bodies that a connection's answers bring, to be learnt once every segment with
 * a part of one has been found equal. One body at a time.
 */
final class BodyCollector {
  private final Evidence evidence;
  private @Nullable Lesson current;

  BodyCollector(Evidence evidence) {
    this.evidence = evidence;
  }

  /** One body. */
  private final class Lesson {
    private final byte[] body;
    private final long context;
    private final long framing;
    private int filled;
    private int unconfirmed;
    private boolean over;

    Lesson(BodyPart first) {
      body = new byte[(int) first.total()];
      context = first.context();
      framing = first.framing();
      evidence.collects(body.length);
    }

    Origin add(byte[] data, BodyPart part) {
      System.arraycopy(data, part.offset(), body, filled, part.length());
      filled += part.length();
      unconfirmed++;
      return new Part(this);
    }

    boolean continues(BodyPart part) {
      return part.position() == filled
          && part.total() == body.length
          && part.context() == context
          && part.framing() == framing;
    }

    void confirmed() {
      unconfirmed--;
      if (!over && unconfirmed == 0 && filled == body.length) {
        evidence.learn(body, context, framing);
        end();
      }
    }

    void end() {
      if (!over) {
        over = true;
        evidence.collects(-body.length);
      }
    }
  }

  private record Part(Lesson lesson) implements Origin {
    @Override
    public boolean synchronised() {
      return false;
    }

    @Override
    public void confirmed() {
      lesson.confirmed();
    }
  }

  /** A part of a body in a segment that has to wait. */
  Origin take(byte[] data, BodyPart part) {
    Lesson lesson = current;
    if (part.position() == 0) {
      giveUp();
      if (!evidence.isWorthLearning(data, part)) {
        return Origin.NOTHING;
      }
      lesson = new Lesson(part);
      current = lesson;
    } else if (lesson == null || !lesson.continues(part)) {
      giveUp();
      return Origin.NOTHING;
    }
    Origin origin = lesson.add(data, part);
    if (lesson.filled == lesson.body.length) {
      current = null; // its segments still have to be found equal
    }
    return origin;
  }

  /** What is not complete will not be. */
  void giveUp() {
    if (current != null) {
      current.end();
      current = null;
    }
  }
}
