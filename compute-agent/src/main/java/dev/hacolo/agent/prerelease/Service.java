package dev.hacolo.agent.prerelease;

import java.util.BitSet;

/**
 * One service of a guest: whether it was asked for anything in this epoch whose result may depend
 * on the order in which the two VMs do things, what was asked to be changed, and what is known of
 * its answers.
 */
final class Service {
  static final int MAX_SUBJECTS = 65_536;
  private static final int GUESSES = 1 << 16;
  static final long MAX_ANSWER_BYTES = 32L << 20;

  private final Subjects subjects = new Subjects(MAX_SUBJECTS);
  private final ConfirmedAnswers answers;

  /** What was read early the last time, by a part of its name: a guess at the next time. */
  private final BitSet early = new BitSet(GUESSES);

  private final boolean traceless;
  private boolean ordered;
  private boolean orderedNext;
  private long epochBegan;

  /**
   * A service that was asked nothing yet.
   *
   * @param traceless see {@link dev.hacolo.agent.profile.ServiceProfile#traceless}
   */
  Service(long maxAnswerBytes, boolean traceless) {
    this.traceless = traceless;
    answers = new ConfirmedAnswers(maxAnswerBytes);
  }

  /** Something was asked for that depends on order, or that is not understood. */
  void orderSensitive() {
    ordered = true;
    subjects.changesAll();
  }

  /**
   * Something may have been asked for that nobody can tell of again: it counts for the next epoch
   * too, for the guest may carry it out then.
   */
  void unseen() {
    orderSensitive();
    orderedNext = true;
  }

  boolean isOrdered() {
    return ordered;
  }

  /** Before the requests are told again that have no answer yet. */
  void beginEpoch() {
    ordered = orderedNext;
    orderedNext = false;
    epochBegan = subjects.now();
  }

  /**
   * Whether nobody has asked for a change of a thing since the checkpoint, nor is one from before
   * without its answer: an old copy of a thing's content must not vouch for it after a change.
   */
  boolean isUntouched(long subject) {
    return subjects.isSettled(subject) && subjects.unchangedSince(subject, epochBegan);
  }

  /** An answer to a read was pre-released or not. */
  void early(long subject, boolean was) {
    early.set(guess(subject), was);
  }

  /** Whether the next answer to a read will probably be pre-released. */
  boolean isUsuallyEarly(long subject) {
    return !ordered && early.get(guess(subject)) && subjects.isSettled(subject);
  }

  private static int guess(long subject) {
    return (int) subject & (GUESSES - 1);
  }

  /** Whether a read changes something that somebody may miss. */
  boolean leavesTraces() {
    return !traceless;
  }

  Subjects subjects() {
    return subjects;
  }

  ConfirmedAnswers answers() {
    return answers;
  }
}
