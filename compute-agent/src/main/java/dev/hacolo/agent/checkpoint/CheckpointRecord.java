package dev.hacolo.agent.checkpoint;

import dev.hacolo.agent.compare.CheckpointCause;
import java.util.Set;

/**
 * A checkpoint that is over. QEMU tells neither pages nor bytes of a single one (docs/
 * qemu-findings.md), so they are not here.
 *
 * @param number counts the session's checkpoints from 1
 * @param causes why it was due, at least one
 * @param sinceLastNanos from the last one's STOP to this one's; for the first: since the controller
 *     was made
 * @param pauseNanos from STOP to RESUME
 * @param certain whether what was held at its seal is known to be part of it
 */
public record CheckpointRecord(
    long number,
    Set<CheckpointCause> causes,
    long sinceLastNanos,
    long pauseNanos,
    boolean certain) {
  /** Copies the set. */
  public CheckpointRecord {
    causes = Set.copyOf(causes);
  }
}
