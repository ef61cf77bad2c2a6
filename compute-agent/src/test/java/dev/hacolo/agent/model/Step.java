package dev.hacolo.agent.model;

/**
 * Kinds of steps. In texts {@code $c} is the client, {@code $q} its request, {@code $a} an answer.
 */
enum Step {
  ASK("client $c asks $q"),
  PRIMARY_RUNS("P runs client $c's $q: $a"),
  SECONDARY_RUNS("S runs client $c's $q: $a"),
  PRIMARY_CHANGES("P changes the key by itself"),
  SECONDARY_CHANGES("S changes the key by itself"),
  DELIVER("B gets $m"),
  OMIT("B leaves client $c's $q out"),
  VERDICT("A gets B's verdict on client $c's $q"),
  LOAD_KNOWN("A hears that the state is loaded, P runs"),
  PRE_RELEASE("A pre-releases client $c's $q"),
  SECONDARY_STOPS("checkpoint: S stops"),
  SECONDARY_STOPS_LATE("checkpoint: S stops, B does not know"),
  PRIMARY_STOPS("checkpoint: P stops, its guest has $t"),
  PRIMARY_STOPS_LATE("checkpoint: P stops, its guest has $t, A does not know"),
  A_SEES_STOP("A sees that P has stopped"),
  SEAL("A seals, $s"),
  LOAD("checkpoint: S loads P's state"),
  LOAD_LATE("checkpoint: S loads P's state, B does not know"),
  PRIMARY_RESUMES("checkpoint: P resumes"),
  B_SEES_STOP("B sees that S has stopped"),
  LOAD_SEEN("B sees that S has stopped and resumed"),
  NODE_A_DIES("A's node dies, S serves"),
  NODE_B_DIES("B's node dies, P serves alone");

  final String text;

  Step(String text) {
    this.text = text;
  }
}
