package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.common.api.VcpuAllocation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives secondaries M of their N vCPUs, and takes every limit away again. Calls for one instance
 * are carried out in the order in which they came, on worker threads of its own; futures complete
 * on the caller's context. Thread-safe; no call blocks.
 */
public final class VcpuAllocator {
  private static final Logger LOG = LoggerFactory.getLogger(VcpuAllocator.class);

  /** The order of the sweep among what is done for instances. */
  private static final UUID NOBODY = new UUID(0, 0);

  private final Vertx vertx;
  private final Levels levels;
  private final InstanceQueues queues;
  private final Consumer<LiftFailure> failures;
  private final Map<UUID, VcpuAllocation> current = new ConcurrentHashMap<>();

  /** The last call for an instance: a later one ends the tries of those before. */
  private final Map<UUID, Long> turns = new ConcurrentHashMap<>();

  private final AtomicLong turn = new AtomicLong();

  /**
   * Does nothing yet.
   *
   * @param means the best first; see {@link #ofThisHost}
   * @param failures is told each time a limit cannot be lifted, on any thread; must not block
   */
  public VcpuAllocator(Vertx vertx, List<VcpuConfinement> means, Consumer<LiftFailure> failures) {
    this(vertx, means, failures, ThreadFacts::cpus);
  }

  VcpuAllocator(
      Vertx vertx,
      List<VcpuConfinement> means,
      Consumer<LiftFailure> failures,
      LongFunction<SortedSet<Integer>> cpusOf) {
    this.vertx = vertx;
    this.levels = new Levels(means, cpusOf);
    this.queues = new InstanceQueues(vertx);
    this.failures = failures;
  }

  /**
   * The means that Linux has, the best first. The kernel module's gate is the last one: it has not
   * been faster than confinement to CPUs yet (docs/asymmetric-vcpus.md).
   *
   * @param name of this agent's control groups; agents on one machine need different ones
   * @param directory for notes on affinities; no other agent's. Made if need be
   * @param module whose gate it is
   */
  public static List<VcpuConfinement> ofThisHost(String name, Path directory, ColoModule module) {
    return List.of(
        new CgroupV2Confinement(name),
        new CgroupV1Confinement(name),
        new AffinityConfinement(directory),
        new GateConfinement(new ModuleGate(module)));
  }

  /**
   * Lifts what an earlier run left, trying for about a second, and finds out which means works
   * here. Never fails; what is left then is told to the listener. Call it once, before all else.
   */
  public Future<Void> start() {
    return sweep(1)
        .compose(
            v ->
                queues.run(
                    NOBODY,
                    () -> {
                      levels.probe();
                      return null;
                    }));
  }

  private Future<Void> sweep(int attempt) {
    Backoff backoff = Backoff.SWEEP;
    return step(NOBODY, levels::sweep)
        .recover(
            e -> {
              tell(new LiftFailure(null, attempt, sentence(e), backoff.isLast(attempt)));
              return backoff.isLast(attempt)
                  ? Future.succeededFuture()
                  : later(backoff.afterMillis(attempt)).compose(v -> sweep(attempt + 1));
            });
  }

  private Future<Void> later(long millis) {
    Promise<Void> over = Promise.promise();
    vertx.setTimer(millis, t -> over.complete());
    return over.future();
  }

  /**
   * Confines a secondary, or changes its M in place. If no means works, the result has level {@code
   * NONE} and says why, and the VM runs unconfined.
   *
   * @param process QEMU's process id
   * @param vcpuThreads thread ids of its N vCPUs, as {@code query-cpus-fast} names them
   * @param active M, at least 1; N or more lifts all limits, as {@link #lift} does
   * @param guests vCPUs of the guests that run on this host
   * @return what is in force then. Fails only if the arguments make no sense
   */
  public Future<VcpuAllocation> confine(
      UUID instance, long process, List<Long> vcpuThreads, int active, int guests) {
    VcpuThreads threads = new VcpuThreads(instance, process, vcpuThreads);
    int vcpus = vcpuThreads.size();
    if (vcpus == 0 || active < 1) {
      return Future.failedFuture(
          new StepException("%d of %d vCPUs cannot be confined".formatted(active, vcpus)));
    }
    if (active >= vcpus) {
      return lift(instance, process, vcpuThreads)
          .otherwiseEmpty()
          .map(v -> current.computeIfAbsent(instance, i -> unconfined(vcpus)));
    }
    turns.put(instance, turn.incrementAndGet());
    return queues.run(
        instance,
        () -> {
          VcpuAllocation allocation = levels.confine(threads, active, guests);
          current.put(instance, allocation);
          return allocation;
        });
  }

  /**
   * Lifts the limits of a VM at every level, whichever run of the agent has set them, and reads
   * back. Takes about a millisecond. Nothing to do is fine, and so is a process that has ended.
   *
   * @return fails with a {@link StepException} if a limit is left; it is tried again, less and less
   *     often, until it works, ten minutes have passed, or there is another call for the instance
   */
  public Future<Void> lift(UUID instance, long process, List<Long> vcpuThreads) {
    long mine = turn.incrementAndGet();
    turns.put(instance, mine);
    return lift(new VcpuThreads(instance, process, vcpuThreads), mine, 1);
  }

  private Future<Void> lift(VcpuThreads threads, long mine, int attempt) {
    UUID instance = threads.instance();
    Future<Void> lifted = step(instance, () -> liftNow(threads));
    return lifted
        .onSuccess(v -> clean(instance))
        .recover(
            e -> {
              boolean last = Backoff.LIFT.isLast(attempt);
              tell(new LiftFailure(instance, attempt, sentence(e), last));
              if (!last) {
                again(instance, mine, attempt, () -> lift(threads, mine, attempt + 1));
              }
              return Future.failedFuture(new StepException(sentence(e)));
            });
  }

  private void liftNow(VcpuThreads threads) {
    UUID instance = threads.instance();
    try {
      levels.lift(threads);
      current.computeIfPresent(instance, (i, was) -> unconfined(was.vcpus()));
    } catch (RuntimeException e) {
      VcpuAllocation none = unconfined(Math.max(1, threads.vcpus().size()));
      current.compute(instance, (i, was) -> notLifted(was == null ? none : was, sentence(e)));
      throw e;
    }
  }

  private void again(UUID instance, long mine, int attempt, Runnable next) {
    vertx.setTimer(
        Backoff.LIFT.afterMillis(attempt),
        t -> {
          if (turns.getOrDefault(instance, 0L) == mine) {
            next.run();
          }
        });
  }

  private void clean(UUID instance) {
    step(instance, () -> levels.clean(instance))
        .onFailure(e -> LOG.warn("instance {}: {}", instance, sentence(e)));
  }

  /**
   * Removes all that was made for an instance and gives up its CPUs: for a VM that has ended.
   * Nothing to do is fine.
   *
   * @return fails with a {@link StepException} if something is left; it is tried again as with
   *     {@link #lift}
   */
  public Future<Void> forget(UUID instance) {
    long mine = turn.incrementAndGet();
    turns.put(instance, mine);
    return forget(instance, mine, 1);
  }

  private Future<Void> forget(UUID instance, long mine, int attempt) {
    return step(
            instance,
            () -> {
              levels.release(instance);
              current.remove(instance);
              levels.clean(instance);
            })
        .onSuccess(v -> turns.remove(instance, mine))
        .onFailure(
            e -> {
              LOG.debug("instance {}: {}", instance, sentence(e));
              if (!Backoff.LIFT.isLast(attempt)) {
                again(instance, mine, attempt, () -> forget(instance, mine, attempt + 1));
              }
            });
  }

  /** The process that a thread belongs to; fails with a {@link StepException} if it has ended. */
  public Future<Long> processOf(UUID instance, long thread) {
    return queues.run(instance, () -> ThreadFacts.process(thread));
  }

  /** What is in force for an instance; empty if it was never confined, or is forgotten. */
  public Optional<VcpuAllocation> current(UUID instance) {
    return Optional.ofNullable(current.get(instance));
  }

  private Future<Void> step(UUID instance, Runnable work) {
    Callable<Void> call =
        () -> {
          work.run();
          return null;
        };
    return queues.run(instance, call);
  }

  private void tell(LiftFailure failure) {
    LOG.warn("instance {}: {}", failure.instance(), failure.problem());
    failures.accept(failure);
  }

  private static VcpuAllocation unconfined(int vcpus) {
    return new VcpuAllocation(
        vcpus,
        vcpus,
        vcpus,
        VcpuAllocation.Level.NONE,
        "",
        0,
        "all %d vCPUs may run".formatted(vcpus));
  }

  private static VcpuAllocation notLifted(VcpuAllocation was, String problem) {
    return new VcpuAllocation(
        was.vcpus(),
        was.wanted(),
        was.active(),
        was.level(),
        was.cpus(),
        was.quotaPercent(),
        "the limit could not be lifted: " + problem);
  }

  private static String sentence(Throwable e) {
    return e instanceof StepException ? String.valueOf(e.getMessage()) : e.toString();
  }
}
