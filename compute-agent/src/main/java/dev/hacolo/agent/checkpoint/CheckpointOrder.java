package dev.hacolo.agent.checkpoint;

import java.util.OptionalLong;

/**
 * What the controller wants done.
 *
 * @param askNow QEMU is to be asked for a checkpoint now
 * @param lookAgainAt when {@link CheckpointController#next} is to be called again if nothing else
 *     happens before; absent between STOP and RESUME
 */
public record CheckpointOrder(boolean askNow, OptionalLong lookAgainAt) {
  static CheckpointOrder ask(long lookAgainAt) {
    return new CheckpointOrder(true, OptionalLong.of(lookAgainAt));
  }

  static CheckpointOrder askAt(long time) {
    return new CheckpointOrder(false, OptionalLong.of(time));
  }

  static CheckpointOrder rest() {
    return new CheckpointOrder(false, OptionalLong.empty());
  }
}
