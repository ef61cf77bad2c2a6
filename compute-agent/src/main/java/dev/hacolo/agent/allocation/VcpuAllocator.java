package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.VcpuAllocation;
import dev.hacolo.common.api.VcpuAllocation.Level;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how many vCPUs of each secondary of this host may run, by the best means that works here.
 * Confined to the event loop that it is used on; all work is done by one worker, in order.
 *
 * <p>A VM that cannot be confined runs with all its vCPUs. A limit that cannot be lifted is tried
 * again until it is gone or the VM is, and told of each time.
 */
public final class VcpuAllocator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VcpuAllocator.class);
  private static final long FIRST_RETRY_MS = 50;
  private static final long LAST_RETRY_MS = 5_000;

  private final Vertx vertx;
  private final WorkerExecutor worker;
  private final List<VcpuConfinement> wanted;
  private final LiftFailures failures;
  private final Map<UUID, Entry> entries = new HashMap<>();

  /** Of the worker. */
  private final List<VcpuConfinement> usable = new ArrayList<>();

  private String unusable = "no means of confinement is configured";

  /** Told, on the event loop, of a limit that could not be lifted; it is tried again. */
  public interface LiftFailures {
    /** One more try has failed, for a reason in one sentence. */
    void liftFailed(UUID instance, String reason);
  }

  /** A VM whose vCPUs are confined, or were and still may be. */
  private static final class Entry {
    final List<Long> threads;
    VcpuAllocation allocation;
    boolean lifting;

    Entry(List<Long> threads, VcpuAllocation allocation) {
      this.threads = threads;
      this.allocation = allocation;
    }
  }

  /** What others have of this host: secondaries by CPU, and guests' vCPUs. */
  private record Taken(Map<Integer, Integer> others, int guests) {}

  /** For an agent; see {@link #start}. */
  public static VcpuAllocator of(
      Vertx vertx, String group, List<Level> levels, LiftFailures failures) {
    return new VcpuAllocator(
        vertx, levels.stream().map(level -> confinement(level, group)).toList(), failures);
  }

  private static VcpuConfinement confinement(Level level, String group) {
    return switch (level) {
      case CGROUP_V2 -> new CgroupV2Confinement(group);
      case CGROUP_V1 -> new CgroupV1Confinement(group);
      case AFFINITY -> new AffinityConfinement();
      case NONE, MODULE_GATE -> throw new IllegalArgumentException("not to be had: " + level);
    };
  }

  /**
   * With any means; see {@link #start}.
   *
   * @param wanted the preferred one first
   */
  public VcpuAllocator(Vertx vertx, List<VcpuConfinement> wanted, LiftFailures failures) {
    this.vertx = vertx;
    this.worker = vertx.createSharedWorkerExecutor("ha-colo-vcpus", 1);
    this.wanted = List.copyOf(wanted);
    this.failures = failures;
  }

  /** Finds out what works here, and removes what an earlier run has left. Always completes well. */
  public Future<Void> start() {
    return work(() -> {
          for (VcpuConfinement means : wanted) {
            Optional<String> why = means.unusable();
            if (why.isEmpty()) {
              usable.add(means);
              sweep(means);
            } else if (usable.isEmpty()) {
              unusable = why.get();
            }
            LOG.info("vCPUs by {}: {}", means.level(), why.orElse("can be confined"));
          }
          return true;
        })
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private static void sweep(VcpuConfinement means) {
    try {
      means.sweep();
    } catch (IOException e) {
      LOG.error("{}: limits of an earlier run stay: {}", means.level(), e.getMessage());
    }
  }

  /**
   * Lets a VM run so many of its vCPUs at a time, from now on; also changes what is in effect.
   *
   * @param threads its vCPU threads, all of them
   * @param active 1 to their number
   * @param guests vCPUs of the guests that run on this host, this one's not among them
   * @return what is in effect; it fails only if the VM is gone
   */
  public Future<VcpuAllocation> confine(UUID instance, List<Long> threads, int active, int guests) {
    Map<Integer, Integer> others = new HashMap<>();
    entries.forEach(
        (other, entry) -> {
          if (!other.equals(instance) && isConfined(entry)) {
            CpuLimit.cpus(entry.allocation.cpus())
                .forEach(cpu -> others.merge(cpu, 1, Integer::sum));
          }
        });
    return work(() -> carryOut(instance, threads, active, new Taken(others, guests)))
        .onSuccess(now -> entries.put(instance, new Entry(List.copyOf(threads), now)));
  }

  private static boolean isConfined(Entry entry) {
    return entry.allocation.active() < entry.allocation.vcpus()
        && entry.allocation.quotaPercent() == 0;
  }

  private VcpuAllocation carryOut(UUID instance, List<Long> threads, int active, Taken taken)
      throws IOException {
    int vcpus = threads.size();
    liftAll(instance, threads);
    if (active >= vcpus) {
      return new VcpuAllocation(vcpus, vcpus, vcpus, Level.NONE, "", 0, "all vCPUs may run");
    }
    SortedSet<Integer> host = Threads.allowed(Threads.process(threads.get(0)));
    String why = unusable;
    for (VcpuConfinement means : usable) {
      CpuLimit limit =
          CpuPlan.of(host, taken.others(), taken.guests(), vcpus, active, means.knowsQuotas());
      try {
        means.apply(instance, threads, limit);
        boolean bound = limit.quotaPercent() == 0 && !limit.cpus().equals(host);
        return new VcpuAllocation(
            vcpus,
            active,
            active,
            means.level(),
            bound ? CpuLimit.list(limit.cpus()) : "",
            limit.quotaPercent(),
            limit.reason());
      } catch (IOException e) {
        why = means.level() + ": " + e.getMessage();
        LOG.warn("{}: vCPUs cannot be confined by {}", instance, why);
        means.lift(instance, threads);
      }
    }
    return new VcpuAllocation(vcpus, active, vcpus, Level.NONE, "", 0, "all vCPUs run: " + why);
  }

  /**
   * Lifts every limit that there may be, also of an earlier run. Completes when reading back shows
   * that none is left, in milliseconds; else it fails, and goes on trying.
   *
   * @param threads the VM's vCPU threads
   */
  public Future<Void> lift(UUID instance, List<Long> threads) {
    return attempt(instance, threads)
        .onFailure(
            e -> {
              Entry left =
                  entries.computeIfAbsent(
                      instance, i -> new Entry(List.copyOf(threads), unknown(threads.size())));
              left.lifting = true;
              stays(instance, left, String.valueOf(e.getMessage()), FIRST_RETRY_MS);
            });
  }

  private static VcpuAllocation unknown(int vcpus) {
    return new VcpuAllocation(vcpus, vcpus, vcpus, Level.NONE, "", 0, "");
  }

  private Future<Void> attempt(UUID instance, List<Long> threads) {
    return work(() -> {
          liftAll(instance, threads);
          return true;
        })
        .onSuccess(
            v -> {
              entries.remove(instance);
              clean(instance);
            })
        .mapEmpty();
  }

  private void stays(UUID instance, Entry left, String reason, long retryMs) {
    VcpuAllocation was = left.allocation;
    left.allocation =
        new VcpuAllocation(
            was.vcpus(),
            was.wanted(),
            was.active(),
            was.level(),
            was.cpus(),
            was.quotaPercent(),
            "a limit could not be lifted: " + reason);
    failures.liftFailed(instance, reason);
    vertx.setTimer(
        retryMs,
        t -> {
          if (entries.get(instance) == left && left.lifting) {
            attempt(instance, left.threads)
                .onFailure(
                    e ->
                        stays(
                            instance,
                            left,
                            String.valueOf(e.getMessage()),
                            Math.min(LAST_RETRY_MS, 2 * retryMs)));
          }
        });
  }

  private void liftAll(UUID instance, List<Long> threads) throws IOException {
    String left = "";
    for (VcpuConfinement means : usable) {
      try {
        means.lift(instance, threads);
        left = means.inEffect(instance, threads).orElse(left);
      } catch (IOException e) {
        left = String.valueOf(e.getMessage());
      }
    }
    if (!left.isEmpty()) {
      throw new IOException(left);
    }
  }

  /** The VM has ended: what was made for it goes, and its CPUs are free. */
  public void forget(UUID instance) {
    if (entries.remove(instance) != null) {
      clean(instance);
    }
  }

  private void clean(UUID instance) {
    work(() -> {
          for (VcpuConfinement means : usable) {
            means.clean(instance);
          }
          return true;
        })
        .onFailure(e -> LOG.warn("{}: its control groups stay: {}", instance, e.getMessage()));
  }

  /** What is in effect for a VM, or what could not be lifted; empty where there is nothing. */
  public Optional<VcpuAllocation> current(UUID instance) {
    return Optional.ofNullable(entries.get(instance)).map(entry -> entry.allocation);
  }

  private <T> Future<T> work(Callable<T> step) {
    return worker
        .executeBlocking(step, true)
        .recover(
            e ->
                Future.failedFuture(
                    e instanceof IOException
                        ? new StepException(String.valueOf(e.getMessage()))
                        : e));
  }

  /** Ends the worker; limits stay, for VMs go on without the agent. */
  @Override
  public void close() {
    worker.close();
  }
}
