package dev.hacolo.agent.compare;

/** What the secondary's agent found out about an {@link OutputRecord}. */
public enum Verdict {
  /** The secondary VM has sent the same. */
  EQUAL,
  /** The secondary VM has sent, or can only send, something else. */
  DIFFERENT
}
