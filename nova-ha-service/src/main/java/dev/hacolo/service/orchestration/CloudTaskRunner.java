package dev.hacolo.service.orchestration;

import dev.hacolo.service.cloud.Cloud;
import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.Reservation;
import dev.hacolo.service.domain.CloudTask;
import dev.hacolo.service.domain.RetryPolicy;
import dev.hacolo.service.store.CloudTaskStore;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.PairStore;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does the cloud work that committed transitions left behind, in order for each pair. */
public final class CloudTaskRunner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CloudTaskRunner.class);
  private static final int WORKERS = 4;
  private static final int BATCH = 50;

  /** So often a changed charge is tried, for a full host and a busy Placement look alike. */
  private static final int MOST_CHARGES = 5;

  private final CloudTaskStore tasks;
  private final PairStore pairs;
  private final Cloud cloud;
  private final RetryPolicy retry;
  private final InstantSource clock;
  private final Consumer<UUID> allDone;
  private final BooleanSupplier leads;
  private final Semaphore bell = new Semaphore(0);
  private final Set<UUID> running = ConcurrentHashMap.newKeySet();
  private final Thread feeder = new Thread(this::feedForever, "cloud-tasks");
  private final ThreadPoolExecutor workers;
  private volatile boolean closed;

  CloudTaskRunner(
      CloudTaskStore tasks,
      PairStore pairs,
      Cloud cloud,
      RetryPolicy retry,
      InstantSource clock,
      Consumer<UUID> allDone,
      BooleanSupplier leads) {
    this.tasks = tasks;
    this.pairs = pairs;
    this.cloud = cloud;
    this.retry = retry;
    this.clock = clock;
    this.allDone = allDone;
    this.leads = leads;
    workers = Workers.pool("cloud-task", WORKERS, BATCH);
  }

  /** Starts working. */
  public void start() {
    feeder.start();
  }

  /** There may be something to do. Never blocks. */
  public void wake() {
    if (bell.availablePermits() == 0) {
      bell.release();
    }
  }

  private void feedForever() {
    while (!closed) {
      try {
        if (leads.getAsBoolean()) {
          tasks.due(clock.instant(), BATCH).forEach(this::submit);
        }
      } catch (DatabaseUnavailableException e) {
        log.debug("cloud work waits for the database: {}", e.getMessage());
      } catch (RuntimeException e) {
        log.error("cloud work cannot be read", e);
      }
      try {
        if (bell.tryAcquire(1, TimeUnit.SECONDS)) {
          bell.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void submit(CloudTaskStore.Due due) {
    if (!running.add(due.pairId())) {
      return;
    }
    try {
      workers.execute(() -> work(due));
    } catch (RejectedExecutionException e) {
      running.remove(due.pairId());
    }
  }

  private void work(CloudTaskStore.Due due) {
    try {
      String fault = attempt(due);
      if (fault.isEmpty()) {
        tasks.done(due.id());
        log.info("cloud work {} of pair {} done", due.task().kind(), due.pairId());
        allDone.accept(due.pairId());
      } else {
        log.warn("cloud work {} of pair {}: {}", due.task().kind(), due.pairId(), fault);
        tasks.failed(due.id(), fault, retry.after(due.attempts() + 1, clock.instant()));
      }
    } catch (DatabaseUnavailableException e) {
      log.debug("outcome of cloud work cannot be written: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("cloud work {} of pair {} failed", due.task().kind(), due.pairId(), e);
    } finally {
      running.remove(due.pairId());
      wakeUnlessIdle();
    }
  }

  private void wakeUnlessIdle() {
    if (!closed) {
      wake();
    }
  }

  /** Returns the fault in one sentence, empty if it is done. */
  private String attempt(CloudTaskStore.Due due) throws DatabaseUnavailableException {
    CloudTask task = due.task();
    try {
      switch (task.kind()) {
        case UNRESERVE -> cloud.unreserve(task.consumer().orElseThrow());
        case UNBIND_PORTS -> cloud.unbindPorts(due.instanceUuid(), task.host().orElseThrow());
        case ACTIVATE_PORTS -> cloud.activatePorts(due.instanceUuid(), task.host().orElseThrow());
        case CHARGE -> charge(due, task.consumer().orElseThrow());
      }
      return "";
    } catch (CloudException e) {
      return String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      log.error("cloud work {} of pair {} failed", task.kind(), due.pairId(), e);
      return "unexpected fault, see the log";
    }
  }

  /** What a VM takes it has already: a host that is too full for it on paper stops nothing. */
  private void charge(CloudTaskStore.Due due, UUID consumer)
      throws CloudException, DatabaseUnavailableException {
    Optional<Reservation> wanted =
        pairs.find(due.pairId()).flatMap(stored -> Charging.of(stored.pair(), consumer));
    if (wanted.isEmpty()) {
      return;
    }
    try {
      cloud.reserve(wanted.get());
    } catch (CloudException e) {
      if (e.isTransient() && due.attempts() < MOST_CHARGES) {
        throw e;
      }
      log.error(
          "pair {}: {} stays charged as it was: {}",
          due.pairId(),
          wanted.get().host(),
          e.getMessage());
    }
  }

  /** Gives running work a few seconds to end. */
  @Override
  public void close() {
    closed = true;
    bell.release();
    Workers.end(workers, feeder);
  }
}
