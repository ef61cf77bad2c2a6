package dev.hacolo.agent.domain;

/** Which of the two VMs of a pair this host runs. */
public enum Side {
  /** The VM that serves clients. */
  PRIMARY,
  /** The VM that follows. */
  SECONDARY
}
