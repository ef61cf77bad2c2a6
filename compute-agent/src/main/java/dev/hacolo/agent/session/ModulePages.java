package dev.hacolo.agent.session;

import dev.hacolo.agent.allocation.VcpuAllocator;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.module.Rotation;
import dev.hacolo.agent.module.VmLease;
import dev.hacolo.agent.provenance.RamRange;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qemu.EpochPages;
import dev.hacolo.agent.qemu.GuestRam;
import dev.hacolo.agent.qemu.RamLayout;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel module's count of written pages, for one session's primary. Event-loop confined. */
final class ModulePages implements EpochPages {
  private static final Logger LOG = LoggerFactory.getLogger(ModulePages.class);
  private static final int KIB_PER_PAGE = 4;

  private final Vertx vertx;
  private final ColoModule module;
  private final VcpuAllocator allocator;
  private final UUID instance;
  private @Nullable Counting counting;

  /** Counts beginnings and ends: an attach that is overtaken by one is given back. */
  private long turn;

  /** One attached VM. */
  private static final class Counting {
    final VmLease vm;
    final RamLayout layout;
    final long pages;

    /** Whether the present epoch began at a checkpoint, so that its count is that of one. */
    boolean whole;

    Counting(VmLease vm, RamLayout layout, long pages) {
      this.vm = vm;
      this.layout = layout;
      this.pages = pages;
    }
  }

  /** What a worker has found out of an epoch. */
  private record Ended(Rotation rotation, List<RamRange> where) {}

  ModulePages(Vertx vertx, ColoModule module, VcpuAllocator allocator, UUID instance) {
    this.vertx = vertx;
    this.module = module;
    this.allocator = allocator;
    this.instance = instance;
  }

  @Override
  public Future<Void> begin(ColoVm vm) {
    end();
    long mine = turn;
    return vm.vcpuThreads()
        .compose(threads -> allocator.processOf(instance, threads.get(0)))
        .compose(process -> vertx.executeBlocking(() -> module.lease(process), false))
        .compose(lease -> layout(vm).map(layout -> began(vm, lease, layout, mine)))
        .onFailure(
            e ->
                LOG.info(
                    "{}: the pages of its epochs are not counted: {}",
                    vm.guest().name(),
                    e.getMessage()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** Without it the pages are counted all the same. */
  private static Future<RamLayout> layout(ColoVm vm) {
    return GuestRam.layout(vm.qmp())
        .recover(
            e -> {
              LOG.debug("{}: {}", vm.guest().name(), e.getMessage());
              return Future.succeededFuture(RamLayout.UNKNOWN);
            });
  }

  private boolean began(ColoVm vm, VmLease lease, RamLayout layout, long begun) {
    if (begun != turn) {
      giveBack(lease);
      return false;
    }
    Counting mine = new Counting(lease, layout, vm.guest().memoryKib() / KIB_PER_PAGE);
    counting = mine;
    LOG.info("{}: the kernel module counts the pages of its epochs", vm.guest().name());
    vm.qmp()
        .closed()
        .onComplete(
            v -> {
              if (counting == mine) {
                end();
              }
            });
    return true;
  }

  @Override
  public Future<Written> epochEnded() {
    Counting mine = counting;
    if (mine == null) {
      return Future.succeededFuture(Written.UNKNOWN);
    }
    return vertx
        .executeBlocking(() -> rotate(mine), false)
        .map(ended -> new Written(pages(mine, ended.rotation()), ended.where()))
        .recover(
            e -> {
              LOG.debug("{}: {}", instance, e.getMessage());
              mine.whole = false;
              return Future.succeededFuture(Written.UNKNOWN);
            });
  }

  /** On a worker. */
  private static Ended rotate(Counting mine) {
    Rotation rotation = mine.vm.rotate();
    return new Ended(rotation, mine.layout.ranges(mine.vm.pages(rotation.epoch())));
  }

  /**
   * The first epoch began with the attach. Where KVM has noted less than all of the guest's memory,
   * or more than the bitmap covers, the count is none.
   */
  private static OptionalLong pages(Counting mine, Rotation rotation) {
    boolean complete = mine.whole && rotation.logged() >= mine.pages && rotation.outside() == 0;
    mine.whole = true;
    return complete ? OptionalLong.of(rotation.dirty()) : OptionalLong.empty();
  }

  @Override
  public void end() {
    Counting mine = counting;
    counting = null;
    turn++;
    if (mine != null) {
      giveBack(mine.vm);
    }
  }

  private void giveBack(VmLease lease) {
    vertx.executeBlocking(
        () -> {
          lease.close();
          return true;
        },
        false);
  }
}
