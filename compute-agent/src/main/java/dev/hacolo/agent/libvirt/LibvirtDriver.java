package dev.hacolo.agent.libvirt;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.driver.GuestDriver;
import dev.hacolo.agent.driver.SecondaryVm;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qmp.Monitor;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Guests that are libvirt domains, as Nova makes them. A domain that Nova started has its monitor
 * at libvirtd; one that the agent has started as a secondary has a monitor for the agent as well,
 * which works while libvirtd is away.
 */
public final class LibvirtDriver implements GuestDriver {
  private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(10);
  private static final long LIST_MILLIS = 500;

  /** Calls that may hang at a time; further ones wait. */
  private static final int THREADS = 4;

  private final Vertx vertx;
  private final Libvirt libvirt;
  private final DomainBuilder builder;
  private final DomainList domains;
  private final WorkerExecutor threads;
  private final Map<UUID, ColoVm> open = new HashMap<>();
  private final Map<UUID, Future<ColoVm>> connecting = new HashMap<>();
  private final Map<UUID, ProcessHandle> processes = new HashMap<>();
  private Future<List<HostReport.Guest>> listing = Future.succeededFuture(List.of());
  private List<HostReport.Guest> listed = List.of();

  /** Names or paths of qemu-img and of iproute2's ip. */
  public record Programs(String qemuImg, String ip) {}

  /**
   * Loads libvirt's library; connects when it is first asked.
   *
   * @param uri of libvirtd, for example {@code qemu:///system}
   * @param instances directory of the secondaries' overlays
   * @param run short directory of sockets
   * @throws StepException if the library is not there
   */
  public static LibvirtDriver load(
      Vertx vertx, String uri, Path instances, Path run, Programs programs) {
    return new LibvirtDriver(vertx, NativeLibvirt.load(uri), instances, run, programs);
  }

  LibvirtDriver(Vertx vertx, Libvirt libvirt, Path instances, Path run, Programs programs) {
    this.vertx = vertx;
    this.libvirt = libvirt;
    this.builder = new DomainBuilder(libvirt, programs.qemuImg(), programs.ip(), instances, run);
    this.domains = new DomainList(libvirt, builder::files);
    this.threads = vertx.createSharedWorkerExecutor("libvirt", THREADS);
  }

  @Override
  public Future<List<HostReport.Guest>> guests() {
    if (listing.isComplete()) {
      listing = blocking(domains::guests).onSuccess(found -> listed = found);
    }
    // A libvirtd that hangs or is away: the guests run on.
    return listing
        .timeout(LIST_MILLIS, TimeUnit.MILLISECONDS)
        .recover(e -> Future.succeededFuture(listed));
  }

  @Override
  public Future<ColoVm> open(UUID instance) {
    ColoVm known = open.get(instance);
    if (known != null) {
      return Future.succeededFuture(known);
    }
    Future<ColoVm> begun = connecting.get(instance);
    if (begun != null) {
      return begun;
    }
    Future<ColoVm> opening =
        blocking(() -> domains.describe(instance)).compose(this::connect).map(this::remember);
    connecting.put(instance, opening);
    opening.onComplete(r -> connecting.remove(instance, opening));
    return opening;
  }

  private Future<ColoVm> connect(GuestDescription guest) {
    DomainFiles files = builder.files(guest.uuid());
    return blocking(() -> Files.exists(files.qmpSocket()))
        .compose(own -> own ? ownMonitor(guest, files) : libvirtsMonitor(guest));
  }

  private Future<ColoVm> ownMonitor(GuestDescription guest, DomainFiles files) {
    return QmpClient.connect(vertx, files.qmpSocket(), guest.name(), COMMAND_DEADLINE)
        .compose(qmp -> vm(guest, qmp, files.eventSocket()).onFailure(e -> qmp.close()));
  }

  private Future<ColoVm> libvirtsMonitor(GuestDescription guest) {
    return LibvirtMonitor.open(vertx, libvirt, guest.uuid(), guest.name(), COMMAND_DEADLINE)
        .compose(
            monitor ->
                blocking(
                        () -> {
                          DomainBuilder.check(String.valueOf(guest.domain()), monitor.process());
                          return true;
                        })
                    .compose(v -> vm(guest, monitor, null))
                    .onSuccess(v -> processes.put(guest.uuid(), monitor.process()))
                    .onFailure(e -> monitor.close()));
  }

  private Future<ColoVm> vm(GuestDescription guest, Monitor monitor, @Nullable Path events) {
    DomainNodes nodes = new DomainNodes(builder.files(guest.uuid()).nodes());
    return monitor
        .command("query-block")
        .compose(
            blocks ->
                blocking(() -> nodes.keep(DomainBackends.of(guest.disks(), blocks, nodes.known()))))
        .map(backends -> new ColoVm(vertx, guest, monitor, events, backends));
  }

  private ColoVm remember(ColoVm vm) {
    UUID uuid = vm.guest().uuid();
    open.put(uuid, vm);
    vm.qmp()
        .closed()
        .onComplete(
            v -> {
              open.remove(uuid, vm);
              processes.remove(uuid);
            });
    return vm;
  }

  @Override
  public Future<SecondaryVm> startSecondary(GuestDescription guest) {
    DomainFiles files = builder.files(guest.uuid());
    return removeSecondary(guest.uuid())
        .compose(v -> blocking(() -> builder.start(guest)))
        .compose(v -> ownMonitor(guest, files))
        .map(vm -> new SecondaryVm(vm, files::active, files::hidden));
  }

  @Override
  public Future<Void> promoting(ColoVm vm) {
    remember(vm);
    return blocking(
        () -> {
          builder.files(vm.guest().uuid()).promote();
          return null;
        });
  }

  @Override
  public Future<Void> openTaps(GuestDescription guest) {
    return blocking(
        () -> {
          builder.openTaps(guest);
          return null;
        });
  }

  @Override
  public Future<Boolean> isUnsettled(UUID instance) {
    return blocking(() -> builder.files(instance).isUncommitted());
  }

  @Override
  public Future<Void> adopt(ColoVm vm) {
    return blocking(
        () -> {
          builder.adopt(vm.guest());
          return null;
        });
  }

  /** libvirt waits for the process; without libvirtd it is killed directly, where it is known. */
  @Override
  public Future<Void> kill(UUID instance) {
    ProcessHandle known = processes.get(instance);
    return blocking(
        () -> {
          try {
            libvirt.destroy(instance);
          } catch (LibvirtException e) {
            if (known == null) {
              throw new StepException(
                  "the instance %s may still run: %s".formatted(instance, e.getMessage()));
            }
            QemuProcess.kill(known);
          }
          builder.files(instance).removeSockets();
          return null;
        });
  }

  @Override
  public Future<Void> removeSecondary(UUID instance) {
    return blocking(
        () -> {
          builder.remove(instance);
          return null;
        });
  }

  @SuppressWarnings("NullAway") // A step without a result returns null.
  private <T> Future<T> blocking(Callable<T> step) {
    return threads.<T>executeBlocking(step, false).recover(e -> Future.failedFuture(told(e)));
  }

  /** What libvirt says is for a person, as it is. */
  private static Throwable told(Throwable failure) {
    return failure instanceof LibvirtException e
        ? new StepException(String.valueOf(e.getMessage()))
        : failure;
  }
}
