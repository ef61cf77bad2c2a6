package dev.hacolo.agent.compare;

import dev.hacolo.agent.compare.HeldFrame.Wait;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Counts what the gate does, and tells each cause of a checkpoint once an epoch. */
final class GateCounters {
  private final ReleaseGate.Port port;
  private final Set<CheckpointCause> raised = EnumSet.noneOf(CheckpointCause.class);
  private final Map<CheckpointCause, Long> causes = new EnumMap<>(CheckpointCause.class);
  private long compared;
  private long checkpointed;
  private long preReleased;
  private long stable;
  long unchecked;
  long records;
  long equal;
  long different;
  long droppedFrames;
  long droppedBytes;
  long droppedFlows;

  GateCounters(ReleaseGate.Port port) {
    this.port = port;
  }

  void raise(CheckpointCause cause) {
    if (raised.add(cause)) {
      causes.merge(cause, 1L, Long::sum);
      port.checkpointDue(cause);
    }
  }

  void newEpoch() {
    raised.clear();
  }

  void released(Wait wait, boolean all) {
    if (all) {
      unchecked++;
    } else if (wait == Wait.OVER_EQUAL) {
      compared++;
    } else if (wait == Wait.OVER_CHECKPOINTED) {
      checkpointed++;
    } else if (wait == Wait.OVER_PRERELEASED) {
      preReleased++;
    } else {
      stable++;
    }
  }

  GateStatistics snapshot(HeldFrames held, long oldest, int flows, long evicted, long inputs) {
    return new GateStatistics(
        held.frames(),
        held.bytes(),
        oldest,
        flows,
        evicted,
        inputs,
        records,
        compared,
        checkpointed,
        preReleased,
        stable,
        unchecked,
        equal,
        different,
        droppedFrames,
        droppedBytes,
        droppedFlows,
        Map.copyOf(causes));
  }
}
