package dev.hacolo.agent.qemu;

import dev.hacolo.agent.checkpoint.CheckpointController;
import dev.hacolo.agent.checkpoint.CheckpointObserver;
import dev.hacolo.agent.checkpoint.CheckpointOrder;
import dev.hacolo.agent.checkpoint.CheckpointSettings;
import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.qmp.QmpEvent;
import dev.hacolo.common.api.SessionPolicy;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Asks a primary's QEMU for checkpoints when the {@link CheckpointController} says so, and follows
 * each of them on the packet path. Event-loop confined.
 */
final class PrimaryCheckpoints implements ColoVm.Pauses, PacketPath.CheckpointRequests {
  private static final Logger LOG = LoggerFactory.getLogger(PrimaryCheckpoints.class);
  private static final long MILLISECOND = 1_000_000;

  private final ColoVm vm;
  private final PacketPath path;
  private final CheckpointObserver observer;
  private final EpochPages pages;
  private SessionPolicy policy = SessionPolicy.DEFAULT;
  private CheckpointSettings settings = settings(policy);
  private @Nullable CheckpointController controller;
  private boolean paused;
  private long pauses;
  private long seals;
  private OptionalLong written = OptionalLong.empty();

  /** Whether the next count is not that of one epoch: the one before was late, or is in it. */
  private boolean spoilt;

  private long timer = -1;

  /** Follows checkpoints; asks for none before {@link #start}. */
  PrimaryCheckpoints(ColoVm vm, PacketPath path, CheckpointObserver observer, EpochPages pages) {
    this.vm = vm;
    this.path = path;
    this.observer = observer;
    this.pages = pages;
    vm.qmp().closed().onComplete(v -> stop());
  }

  private static CheckpointSettings settings(SessionPolicy policy) {
    return new CheckpointSettings(
        Duration.ofMillis(policy.maxHoldMs()).toNanos(),
        Duration.ofMillis(policy.maxCheckpointIntervalMs()).toNanos(),
        policy.maxPausePercent());
  }

  /**
   * Asks for the first checkpoint, and from then on for each that is due. Fails if QEMU refuses the
   * first.
   */
  Future<Void> start(SessionPolicy chosen) {
    long now = System.nanoTime();
    policy = chosen;
    settings = settings(chosen);
    CheckpointController made = new CheckpointController(settings, now);
    controller = made;
    observer.begun(now);
    made.requested(now);
    arm(made.next(now), now);
    return ask(made);
  }

  /** Asks for no more; QEMU is left or left alone. */
  void stop() {
    if (controller != null) {
      controller = null;
      vm.vertx().cancelTimer(timer);
      observer.ended(System.nanoTime());
    }
  }

  /** What arises before the start is part of the first checkpoint. */
  @Override
  public void checkpointDue(CheckpointCause cause, long epoch, long raisedAt) {
    if (controller != null) {
      controller.raised(cause, epoch, settings.deadline(cause, raisedAt));
      next();
    }
  }

  private void next() {
    CheckpointController mine = controller;
    if (mine != null) {
      long now = System.nanoTime();
      CheckpointOrder order = mine.next(now);
      arm(order, now);
      if (order.askNow()) {
        ask(mine);
      }
    }
  }

  private void arm(CheckpointOrder order, long now) {
    vm.vertx().cancelTimer(timer);
    order
        .lookAgainAt()
        .ifPresent(
            at -> {
              long millis = Math.max(1, (at - now + MILLISECOND - 1) / MILLISECOND);
              timer = vm.vertx().setTimer(millis, t -> next());
            });
  }

  private Future<Void> ask(CheckpointController mine) {
    Future<Void> asked =
        vm.takesCheckpoints()
            ? vm.checkpoint(policy.maxCheckpointIntervalMs())
            : Future.failedFuture(new StepException(vm.guest().name() + ": QEMU has left COLO"));
    return asked.onFailure(
        e -> {
          if (controller == mine) {
            LOG.atLevel(vm.takesCheckpoints() ? Level.WARN : Level.DEBUG)
                .log("a checkpoint cannot be asked for: {}", e.getMessage());
            mine.refused(System.nanoTime());
            next();
          }
        });
  }

  /** Finds out whether all that is drained was sent before the stop. */
  @Override
  public void stopped(QmpEvent stop) {
    paused = true;
    written = OptionalLong.empty();
    long mine = ++pauses;
    if (controller != null) {
      controller.stopped(stop.nanos());
      next();
    }
    path.drain()
        .compose(v -> vm.object("query-status"))
        .onSuccess(status -> sealed(mine, String.valueOf(status.getString("status"))));
    path.examine()
        .compose(v -> vm.object("query-status"))
        .onSuccess(status -> path.examined(mine == pauses && paused && isPaused(status)));
  }

  private static boolean isPaused(JsonObject status) {
    return "colo".equals(status.getString("status"));
  }

  private void sealed(long pause, String status) {
    boolean resumedMeanwhile = pause != pauses || !paused;
    if (!resumedMeanwhile && !status.equals("colo")) {
      vm.strangersStop();
      path.continued();
      paused = false;
      if (controller != null) {
        controller.continued();
        next();
      }
      return;
    }
    seals++;
    path.sealed(!resumedMeanwhile);
    if (resumedMeanwhile) {
      spoilt = true;
    } else {
      pages.epochEnded().onSuccess(epoch -> counted(pause, epoch));
    }
    if (controller != null && !resumedMeanwhile) {
      controller.sealed(seals, true);
    }
  }

  private void counted(long pause, EpochPages.Written epoch) {
    path.written(epoch.where());
    boolean inTime = pause == pauses && paused;
    if (inTime && !spoilt) {
      written = epoch.pages();
    }
    spoilt = !inTime;
  }

  @Override
  public void resumed(long nanos) {
    paused = false;
    path.resumed();
    if (controller != null) {
      controller
          .resumed(nanos)
          .ifPresent(checkpoint -> observer.taken(checkpoint.withPages(written), nanos));
      next();
    }
  }
}
