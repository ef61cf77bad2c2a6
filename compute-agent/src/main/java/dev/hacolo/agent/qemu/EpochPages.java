package dev.hacolo.agent.qemu;

import io.vertx.core.Future;
import java.util.OptionalLong;

/**
 * Counts the pages that a primary's guest writes between two checkpoints. A figure, no evidence:
 * what QEMU's devices write is not in it (docs/adr/0010-what-the-bitmap-proves.md). Event-loop
 * confined; no future fails, for nothing depends on it.
 */
public interface EpochPages {
  /** Counts nothing. */
  EpochPages NONE =
      new EpochPages() {
        @Override
        public Future<Void> begin(ColoVm vm) {
          return Future.succeededFuture();
        }

        @Override
        public Future<OptionalLong> epochEnded() {
          return Future.succeededFuture(OptionalLong.empty());
        }

        @Override
        public void end() {}
      };

  /** Counts for this VM from now on, until {@link #end} or until it ends. */
  Future<Void> begin(ColoVm vm);

  /**
   * To be called while the VM stands still for a checkpoint.
   *
   * @return pages of 4 KiB since the last call; empty where nobody has counted them
   */
  Future<OptionalLong> epochEnded();

  /** Counts no more; may be called without a beginning, and twice. */
  void end();
}
