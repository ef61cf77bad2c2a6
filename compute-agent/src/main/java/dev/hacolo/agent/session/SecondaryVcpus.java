package dev.hacolo.agent.session;

import dev.hacolo.agent.allocation.VcpuAllocator;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.VcpuAllocation;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many vCPUs one session's secondary may run. What goes wrong with that costs the host CPU
 * time, never the protection, and never a take-over. Event-loop confined.
 */
final class SecondaryVcpus {
  private static final Logger LOG = LoggerFactory.getLogger(SecondaryVcpus.class);

  /** A take-over does not wait longer for limits to go; they are lifted behind it then. */
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private final VcpuAllocator allocator;
  private final Supplier<Future<Integer>> guests;
  private final UUID instance;
  private int wanted = SessionPolicy.ALL_VCPUS;
  private @Nullable ColoVm vm;

  /** Counts what was asked for: only the last of it is carried out, for the answers take time. */
  private long turn;

  /**
   * Nothing is confined yet.
   *
   * @param guests vCPUs of the guests that run on this host
   */
  SecondaryVcpus(VcpuAllocator allocator, Supplier<Future<Integer>> guests, UUID instance) {
    this.guests = guests;
    this.allocator = allocator;
    this.instance = instance;
  }

  /** The number that the service wants; in effect at once if there is a secondary. */
  void want(int active) {
    wanted = active;
    if (vm != null) {
      confine(vm);
    }
  }

  /** A secondary has been started. Always completes well. */
  Future<Void> confine(ColoVm secondary) {
    vm = secondary;
    long mine = ++turn;
    int vcpus = secondary.guest().vcpus();
    int active = wanted == SessionPolicy.ALL_VCPUS ? vcpus : Math.min(wanted, vcpus);
    return secondary
        .vcpuThreads()
        .compose(threads -> confine(threads, active, mine))
        .onFailure(
            e ->
                LOG.warn(
                    "{}: its secondary runs with all its vCPUs: {}",
                    secondary.guest().name(),
                    e.getMessage()))
        .otherwiseEmpty();
  }

  private Future<Void> confine(List<Long> threads, int active, long mine) {
    return allocator
        .processOf(instance, threads.get(0))
        .compose(process -> guests.get().map(busy -> new Room(process, busy)))
        .compose(
            room ->
                turn == mine
                    ? allocator
                        .confine(instance, room.process(), threads, active, room.guests())
                        .mapEmpty()
                    : Future.succeededFuture());
  }

  /** What has to be known first: QEMU's process, and the vCPUs of the host's guests. */
  private record Room(long process, int guests) {}

  /**
   * The VM is about to serve: nothing confines it any more when this completes, which it does well
   * in any case. A limit that stays is told of by the allocator, which goes on trying.
   */
  Future<Void> lift(ColoVm promoted) {
    vm = null;
    turn++;
    return promoted
        .vcpuThreads()
        .compose(
            threads ->
                allocator
                    .processOf(instance, threads.get(0))
                    .compose(process -> allocator.lift(instance, process, threads)))
        .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(
            e ->
                LOG.error(
                    "{}: takes over while its vCPUs may still be confined: {}",
                    promoted.guest().name(),
                    e.getMessage()))
        .otherwiseEmpty();
  }

  /** The VM has ended. */
  void forget() {
    vm = null;
    turn++;
    allocator
        .forget(instance)
        .onFailure(
            e -> LOG.warn("{}: what confined its vCPUs stays: {}", instance, e.getMessage()));
  }

  /** What is in effect, or what of it could not be lifted; null where nothing confines a VM. */
  @Nullable VcpuAllocation now() {
    return allocator
        .current(instance)
        .filter(known -> vm != null || known.level() != VcpuAllocation.Level.NONE)
        .orElse(null);
  }
}
