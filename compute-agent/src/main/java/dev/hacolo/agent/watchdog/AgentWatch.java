package dev.hacolo.agent.watchdog;

import dev.hacolo.agent.domain.StepException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has this agent killed if one of its event loops makes no progress for too long. Confined to the
 * agent's event loop.
 */
public final class AgentWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentWatch.class);
  private static final int LOOKS = 10;

  private final Vertx vertx;
  private final List<Executor> loops;
  private final Progress progress;
  private final Duration patience;
  private @Nullable Watchdog watchdog;
  private long timer = -1;

  /**
   * Watches nothing yet.
   *
   * @param loops the event loops beside this one
   * @param patience how long one may stand still; zero: nothing is watched
   */
  public AgentWatch(Vertx vertx, List<Executor> loops, Duration patience) {
    this.vertx = vertx;
    this.loops = List.copyOf(loops);
    this.progress = new Progress(loops.size());
    this.patience = patience;
  }

  /** Begins. An agent without a watchdog works as well; that is logged. */
  public void start() {
    if (!patience.isZero()) {
      watchdog = start(patience);
      timer = vertx.setPeriodic(patience.toMillis() / LOOKS, t -> look());
    }
  }

  private static @Nullable Watchdog start(Duration patience) {
    try {
      return Watchdog.over(ProcessHandle.current().pid(), patience);
    } catch (StepException e) {
      LOG.warn("{}: an agent that stands still is not ended", e.getMessage());
      return null;
    }
  }

  /** Where a loop has not answered yet nothing is told. */
  private void look() {
    Watchdog told = watchdog;
    if (told == null || !progress.complete()) {
      return;
    }
    loops.forEach(loop -> loop.execute(progress::done));
    if (!told.tell()) {
      LOG.warn("the watchdog has ended; another one is started");
      told.close();
      watchdog = start(patience);
    }
  }

  /** Ends the watching. */
  @Override
  public void close() {
    vertx.cancelTimer(timer);
    if (watchdog != null) {
      watchdog.close();
      watchdog = null;
    }
  }
}
