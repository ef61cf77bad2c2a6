package dev.hacolo.agent.checkpoint;

import dev.hacolo.agent.compare.CheckpointCause;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides when the primary's agent asks for a checkpoint. Events come in, {@link #next} says what
 * to do; it is to be called after each event and at the time that it names.
 *
 * <p>Causes are merged: a checkpoint serves all that were raised before its seal. A cause waits for
 * {@link PauseBudget}, but not beyond its deadline, and the longest interval is kept. Nothing is
 * asked for between STOP and RESUME. What is raised in that time belongs to the state that is being
 * taken, unless the packet path had made the seal already: then its frame came after it, and the
 * cause stays for the next checkpoint. After an uncertain seal every cause stays.
 *
 * <p>A request that is refused or brings no STOP, and one that ends in an uncertain seal, is
 * repeated with a growing back-off that holds back even deadlines: what has just failed would only
 * fail more often.
 *
 * <p>Not thread-safe. Times are nanoseconds of one monotonic clock of any origin.
 */
public final class CheckpointController {
  private static final long MILLISECOND = 1_000_000;

  /** So long after a request the VM has stopped, or the request is taken for lost. */
  private static final long STOP_DEADLINE = 2_000 * MILLISECOND;

  private static final long FIRST_BACK_OFF = 20 * MILLISECOND;
  private static final int MOST_DOUBLINGS = 6;

  /** A loop and QEMU are so late at least: the interval's request is made as much earlier. */
  private static final long LEAST_LEAD = 10 * MILLISECOND;

  /** So many pauses behind, a secondary is worth a checkpoint; below that it may catch up. */
  private static final int LAG_IN_PAUSES = 2;

  private enum Phase {
    RUNNING,
    ASKED,
    PAUSED
  }

  private final CheckpointSettings settings;
  private final PauseBudget budget;
  private final PausePrediction prediction = new PausePrediction();

  /** Causes to be served, with the time at which they must be. */
  private final Map<CheckpointCause, Long> pending = new EnumMap<>(CheckpointCause.class);

  /** Causes of the checkpoint under way. */
  private final Set<CheckpointCause> taking = EnumSet.noneOf(CheckpointCause.class);

  private CheckpointLoad load = CheckpointLoad.UNKNOWN;
  private CheckpointLoad loadAtStop = CheckpointLoad.UNKNOWN;
  private Phase phase = Phase.RUNNING;
  private long lastCertainSeal;
  private boolean sealed;
  private boolean certain;
  private boolean asked;
  private long askedAt;
  private long stoppedAt;

  /** When the last complete checkpoint was asked for or, by QEMU's own timer, began. */
  private long began;

  private long lastStop;
  private int misses;
  private long notBefore;
  private long completed;

  /** A controller for a VM that runs in state COLO. */
  public CheckpointController(CheckpointSettings settings, long now) {
    this.settings = settings;
    this.budget = new PauseBudget(settings.maxPausePercent());
    began = now;
    lastStop = now;
  }

  /**
   * The packet path has raised a cause.
   *
   * @param epoch how many seals it had made by then
   * @param deadline when a checkpoint must be asked for at the latest, see {@link
   *     CheckpointSettings#deadline}
   */
  public void raised(CheckpointCause cause, long epoch, long deadline) {
    if (epoch >= lastCertainSeal) {
      pending.merge(cause, deadline, CheckpointController::earlier);
    } else if (phase == Phase.PAUSED) {
      taking.add(cause);
    }
  }

  /** Somebody asks for a checkpoint at once. */
  public void requested(long now) {
    pending.merge(CheckpointCause.REQUEST, now, CheckpointController::earlier);
  }

  /** What the next checkpoint would have to carry has become known or has changed. */
  public void load(CheckpointLoad now) {
    load = now;
  }

  /** The VM has stopped, as it does for a checkpoint. */
  public void stopped(long now) {
    if (phase != Phase.PAUSED) {
      asked = phase == Phase.ASKED;
    }
    phase = Phase.PAUSED;
    stoppedAt = now;
    loadAtStop = load;
    sealed = false;
    certain = false;
    taking.clear();
  }

  /**
   * The packet path has been told to seal. After {@link #resumed} it changes nothing: such a seal
   * is uncertain.
   *
   * @param seal its number, one more than the last one's
   * @param isCertain whether all that was drained was made before the stop
   */
  public void sealed(long seal, boolean isCertain) {
    if (phase != Phase.PAUSED) {
      return;
    }
    sealed = true;
    certain = isCertain;
    taking.addAll(pending.keySet());
    if (certain) {
      lastCertainSeal = seal;
      pending.clear();
    }
  }

  /** The stop was somebody else's, and no checkpoint: a request still waits for its own. */
  public void continued() {
    if (phase == Phase.PAUSED) {
      phase = asked ? Phase.ASKED : Phase.RUNNING;
      taking.clear();
    }
  }

  /** The VM runs again. Without a stop before, it is no checkpoint that has ended. */
  public Optional<CheckpointRecord> resumed(long now) {
    if (phase != Phase.PAUSED) {
      return Optional.empty();
    }
    phase = Phase.RUNNING;
    began = asked ? askedAt : stoppedAt;
    budget.spend(stoppedAt, now);
    if (completed > 0) { // the first one carries what the migration has left
      prediction.observe(now - stoppedAt, loadAtStop.dirtyPages());
    }
    load = CheckpointLoad.UNKNOWN;
    if (!sealed) {
      taking.addAll(pending.keySet());
    }
    pending.remove(CheckpointCause.INTERVAL); // the state is loaded, whatever the seal
    if (certain) {
      misses = 0;
    } else {
      missed(now);
    }
    return Optional.of(record(now));
  }

  private CheckpointRecord record(long now) {
    if (taking.isEmpty()) {
      boolean late = stoppedAt - lastStop >= settings.maxIntervalNanos() - lead();
      taking.add(late ? CheckpointCause.INTERVAL : CheckpointCause.REQUEST);
    }
    long sinceLast = stoppedAt - lastStop;
    lastStop = stoppedAt;
    completed++;
    return new CheckpointRecord(completed, taking, sinceLast, now - stoppedAt, certain);
  }

  /** QEMU has refused the last request, or could not be asked. */
  public void refused(long now) {
    if (phase == Phase.ASKED) {
      phase = Phase.RUNNING;
      missed(now);
    }
  }

  private void missed(long now) {
    notBefore = now + (FIRST_BACK_OFF << Math.min(misses, MOST_DOUBLINGS));
    misses++;
  }

  /** What is to be done now. If that is to ask, the controller takes it as done. */
  public CheckpointOrder next(long now) {
    if (phase == Phase.ASKED && now - askedAt >= STOP_DEADLINE) {
      phase = Phase.RUNNING;
      missed(now);
    }
    return switch (phase) {
      case PAUSED -> CheckpointOrder.rest();
      case ASKED -> CheckpointOrder.askAt(askedAt + STOP_DEADLINE);
      case RUNNING -> whileRunning(now);
    };
  }

  private CheckpointOrder whileRunning(long now) {
    long due = due(now);
    if (due - now > 0) {
      return CheckpointOrder.askAt(due);
    }
    if (intervalEnds() - now <= 0) {
      pending.putIfAbsent(CheckpointCause.INTERVAL, now);
    }
    if (lags()) {
      pending.putIfAbsent(CheckpointCause.SECONDARY_LAG, now);
    }
    phase = Phase.ASKED;
    askedAt = now;
    return CheckpointOrder.ask(now + STOP_DEADLINE);
  }

  private long due(long now) {
    long due = intervalEnds();
    if (!pending.isEmpty() || lags()) {
      due = earlier(due, budget.earliest(now, predictedPause()));
    }
    for (long deadline : pending.values()) {
      due = earlier(due, deadline);
    }
    return misses > 0 && due - notBefore < 0 ? notBefore : due;
  }

  /** Earlier than QEMU's own timer, which stays as a safety net. */
  private long intervalEnds() {
    return began + settings.maxIntervalNanos() - lead();
  }

  private long lead() {
    return Math.min(settings.maxIntervalNanos() / 4, Math.max(LEAST_LEAD, predictedPause()));
  }

  /** All that is compared waits for a secondary that is behind; after a checkpoint it is not. */
  private boolean lags() {
    return load.lagNanos().orElse(0) >= LAG_IN_PAUSES * predictedPause();
  }

  /** Predicted length of the next pause, in nanoseconds. */
  public long predictedPause() {
    return prediction.predict(load.dirtyPages());
  }

  private static long earlier(long a, long b) {
    return a - b <= 0 ? a : b;
  }
}
