package dev.hacolo.agent.qemu;

import dev.hacolo.agent.provenance.RamRange;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalLong;

/**
 * The pages that a primary's guest writes between two checkpoints. A figure and a hint, no
 * evidence: what QEMU's devices write is not in it (docs/adr/0010-what-the-bitmap-proves.md).
 * Event-loop confined; no future fails, for nothing depends on it.
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
        public Future<Written> epochEnded() {
          return Future.succeededFuture(Written.UNKNOWN);
        }

        @Override
        public void end() {}
      };

  /**
   * What was written.
   *
   * @param pages of 4 KiB; empty where nobody has counted them, or not all
   * @param where they are in QEMU's address space, with a few others among them; may be empty
   */
  record Written(OptionalLong pages, List<RamRange> where) {
    /** Nobody knows. */
    public static final Written UNKNOWN = new Written(OptionalLong.empty(), List.of());

    /** Copies the list. */
    public Written {
      where = List.copyOf(where);
    }
  }

  /** Counts for this VM from now on, until {@link #end} or until it ends. */
  Future<Void> begin(ColoVm vm);

  /**
   * To be called while the VM stands still for a checkpoint.
   *
   * @return what was written since the last call
   */
  Future<Written> epochEnded();

  /** Counts no more; may be called without a beginning, and twice. */
  void end();
}
