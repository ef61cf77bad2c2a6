package dev.hacolo.agent.checkpoint;

import java.util.OptionalLong;

/**
 * What the next checkpoint will have to carry, as far as it is known.
 *
 * @param dirtyPages pages that the VM has written in this epoch (the kernel module counts them)
 * @param lagNanos how far the secondary VM's output is behind the primary's
 */
public record CheckpointLoad(OptionalLong dirtyPages, OptionalLong lagNanos) {
  /** Nothing is known. */
  public static final CheckpointLoad UNKNOWN =
      new CheckpointLoad(OptionalLong.empty(), OptionalLong.empty());
}
