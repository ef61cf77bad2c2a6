package dev.hacolo.agent.checkpoint;

import dev.hacolo.agent.compare.CheckpointCause;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A checkpoint that is over. QEMU tells neither pages nor bytes of a single one (docs/
 * qemu-findings.md); the kernel module counts what the guest wrote.
 *
 * @param number counts the session's checkpoints from 1
 * @param causes why it was due, at least one
 * @param sinceLastNanos from the last one's STOP to this one's; for the first: since the controller
 *     was made
 * @param pauseNanos from STOP to RESUME
 * @param certain whether what was held at its seal is known to be part of it
 * @param dirtyPages pages of 4 KiB that the guest's vCPUs wrote since the last one; empty where
 *     nobody has counted them
 */
public record CheckpointRecord(
    long number,
    Set<CheckpointCause> causes,
    long sinceLastNanos,
    long pauseNanos,
    boolean certain,
    OptionalLong dirtyPages) {
  /** Copies the set. */
  public CheckpointRecord {
    causes = Set.copyOf(causes);
  }

  /** One whose pages nobody has counted. */
  public CheckpointRecord(
      long number,
      Set<CheckpointCause> causes,
      long sinceLastNanos,
      long pauseNanos,
      boolean certain) {
    this(number, causes, sinceLastNanos, pauseNanos, certain, OptionalLong.empty());
  }

  /** The same with a count of pages. */
  public CheckpointRecord withPages(OptionalLong count) {
    return new CheckpointRecord(number, causes, sinceLastNanos, pauseNanos, certain, count);
  }
}
