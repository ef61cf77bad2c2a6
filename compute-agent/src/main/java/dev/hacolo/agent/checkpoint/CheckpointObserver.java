package dev.hacolo.agent.checkpoint;

/** Told of a primary's checkpoints, on the agent's event loop. */
public interface CheckpointObserver {
  /** Nobody is told. */
  CheckpointObserver NONE =
      new CheckpointObserver() {
        @Override
        public void begun(long now) {}

        @Override
        public void taken(CheckpointRecord checkpoint, long now) {}

        @Override
        public void ended(long now) {}
      };

  /** Checkpoints are taken from now on. */
  void begun(long now);

  /** One is over; the VM has run again since {@code now}. */
  void taken(CheckpointRecord checkpoint, long now);

  /** No more are taken; may be called without a beginning, and twice. */
  void ended(long now);
}
