package dev.hacolo.agent.prerelease;

/**
 * One service of a guest: whether it was asked for anything in this epoch whose result may depend
 * on the order in which the two VMs do things, what was asked to be changed, and what is known of
 * its answers.
 */
final class Service {
  static final int MAX_SUBJECTS = 65_536;
  static final long MAX_ANSWER_BYTES = 32L << 20;

  private final Subjects subjects = new Subjects(MAX_SUBJECTS);
  private final ConfirmedAnswers answers;
  private boolean ordered;
  private boolean orderedNext;

  Service(long maxAnswerBytes) {
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

  void beginEpoch() {
    ordered = orderedNext;
    orderedNext = false;
  }

  Subjects subjects() {
    return subjects;
  }

  ConfirmedAnswers answers() {
    return answers;
  }
}
