package dev.hacolo.agent.prerelease;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers that both VMs have given to the same read, at a time at which both had carried out every
 * change of the thing read. As long as no other change is asked for, the secondary VM has what the
 * answer says. The least recently useful ones go first.
 */
final class ConfirmedAnswers {
  /**
   * An answer.
   *
   * @param body whole
   * @param framing names what was around it
   * @param subject the thing read
   * @param since on the clock of {@link Subjects}: when it was asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by content below.
  private record Answer(byte[] body, long framing, long subject, long since) {}

  /** Counted for each answer beside its body. */
  private static final int OVERHEAD = 128;

  private final long maxBytes;
  private final Map<Long, Answer> answers = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  ConfirmedAnswers(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Both VMs have given an answer to a read in a context. */
  void put(long context, byte[] body, long framing, long subject, long since) {
    if (body.length + OVERHEAD > maxBytes) {
      return;
    }
    forget(answers.put(context, new Answer(body, framing, subject, since)));
    bytes += body.length + OVERHEAD;
    Iterator<Answer> oldest = answers.values().iterator();
    while (bytes > maxBytes) {
      forget(oldest.next());
      oldest.remove();
    }
  }

  private void forget(@Nullable Answer answer) {
    if (answer != null) {
      bytes -= answer.body().length + OVERHEAD;
    }
  }

  /** Whether a part of an answer is as it was, and its thing was not asked to be changed since. */
  boolean has(byte[] data, BodyPart part, Subjects subjects) {
    Answer answer = answers.get(part.context());
    if (answer == null
        || answer.framing() != part.framing()
        || answer.body().length != part.total()
        || !subjects.unchangedSince(answer.subject(), answer.since())) {
      return false;
    }
    int from = (int) part.position();
    return Arrays.equals(
        data,
        part.offset(),
        part.offset() + part.length(),
        answer.body(),
        from,
        from + part.length());
  }

  /** Bytes that the answers take. */
  long bytes() {
    return bytes;
  }
}
