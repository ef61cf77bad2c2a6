package dev.hacolo.agent.prerelease;

/**
 * The head of an answer to a read, worth knowing once both VMs have sent it: what it tells, a clock
 * included, the secondary VM has told then as well.
 *
 * @param answers where it is kept
 * @param head its bytes
 * @param part what it is, as a body of its own
 * @param subject the thing read
 * @param askedAt on the clock of {@link Subjects}: when it was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // Kept, never compared.
record HeadLesson(
    ConfirmedAnswers answers, byte[] head, BodyPart part, long subject, long askedAt) {
  /** Both VMs have sent it. */
  void confirmed() {
    answers.put(part.context(), head, part.framing(), subject, askedAt);
  }
}
