package dev.hacolo.agent.compare;

/** Why a checkpoint is due. */
public enum CheckpointCause {
  /** The two VMs have sent different content. */
  DIVERGENCE,
  /** A frame of the primary has waited for its verdict for too long. */
  HOLD_TIME,
  /** The primary's agent holds more frames or bytes than it should. */
  HELD_BOUND,
  /** The guest opens a connection: its SYN has no equal. */
  GUEST_OPENS_CONNECTION,
  /** A checkpoint passed without a certain seal, so it released nothing. */
  UNCERTAIN_SEAL,
  /** The secondary's agent keeps more of its VM's output, or more records, than it should. */
  SECONDARY_BOUND,
  /** The longest time between checkpoints is over. */
  INTERVAL,
  /** Somebody asked for it. */
  REQUEST,
  /** The secondary is so far behind that waiting for it costs more than a checkpoint. */
  SECONDARY_LAG
}
