package dev.hacolo.agent.model;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The rules of DESIGN.md and ADR 4, each of which can be switched off. */
enum Rule {
  // Of every mode.
  INPUT_STABILITY("nothing leaves before B has every input that the guest had"),
  FLOW_ORDER("a frame leaves after those before it in its connection"),
  SEAL_CERTAINTY("an uncertain seal covers no output"),
  SEAL_TELLS_WHAT_IT_HAS("an uncertain seal tells B of no acknowledgements"),
  VERDICT_AFTER_SEAL("between STOP and seal a verdict counts only if the seal turns out certain"),
  STOP_SEEN_FIRST("B takes note of a STOP before it looks at a record that came after it"),
  DISCARD_AT_LOAD("B discards an epoch's inputs and ledger when the next state is loaded"),
  STATE_HAS_INPUT(
      "B drops an input when the loaded state has it, not when the SVM acknowledged it"),

  // Of every pre-release.
  PROVENANCE("the body is in S_k"),
  NO_DIVERGENCE("no divergence is known in this epoch"),
  LEDGER_ENTRY("B has the ledger entry"),
  LEDGER_OF_STATE(
      "what comes in front of the mark of the state that S gets, or has, is in no ledger"),
  LEDGER_AT_FAILOVER("a connection whose bytes differ from the ledger is reset"),
  NOT_WHILE_STOPPING("no pre-release between STOP and seal"),
  CERTAIN_EPOCH("no pre-release in an epoch that an uncertain seal began"),

  // Of mode strict.
  ONLY_OUTSTANDING("the frame answers the only outstanding request of its connection"),
  DECLARED_READ("the request is a declared read"),
  NO_ORDER_SENSITIVE("the service got no order-sensitive verb in this epoch"),
  BODY_NOT_IN_INPUTS("the body is not in this epoch's inputs"),
  OUTSTANDING_COUNTS("requests that were unanswered at the seal are inputs of the next epoch too"),
  NAME_UNTOUCHED("nothing of this epoch overwrites or deletes the thing that is read"),
  ABSENCE_COMPARES("an answer that says that a thing is absent is compared"),
  OMIT_ACKNOWLEDGED("S is spared a read only when its client has acknowledged the answer"),
  OMIT_IN_EPOCH("S is spared reads of the running epoch only, not between stop, mark and load"),

  // In place of others.
  A_SEES_STOP_FIRST("A takes note of a STOP before it looks at an output that was made after it"),
  MINIMUM_LENGTH("a short answer is compared");

  /** What the rule says. */
  final String text;

  Rule(String text) {
    this.text = text;
  }

  /** Mode {@code compare}. */
  static final Set<Rule> COMPARE =
      Collections.unmodifiableSet(EnumSet.range(INPUT_STABILITY, STATE_HAS_INPUT));

  /** The paper's condition, and even that the body is not in this epoch's inputs. */
  static final Set<Rule> PROVENANCE_MODE =
      with(
          EnumSet.range(INPUT_STABILITY, CERTAIN_EPOCH),
          BODY_NOT_IN_INPUTS,
          OUTSTANDING_COUNTS,
          MINIMUM_LENGTH);

  /** Mode {@code strict} as it is to be; even without a minimum length. */
  static final Set<Rule> STRICT =
      Collections.unmodifiableSet(EnumSet.range(INPUT_STABILITY, OMIT_IN_EPOCH));

  /** Those of them that DESIGN.md does not name. */
  static final Set<Rule> ADDED =
      Collections.unmodifiableSet(
          EnumSet.of(
              STOP_SEEN_FIRST,
              LEDGER_OF_STATE,
              NOT_WHILE_STOPPING,
              CERTAIN_EPOCH,
              OUTSTANDING_COUNTS,
              NAME_UNTOUCHED,
              ABSENCE_COMPARES));

  private static Set<Rule> with(EnumSet<Rule> rules, Rule... more) {
    Collections.addAll(rules, more);
    return Collections.unmodifiableSet(rules);
  }
}
