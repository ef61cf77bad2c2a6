package dev.hacolo.agent.direct;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.driver.GuestDriver;
import dev.hacolo.agent.driver.SecondaryVm;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;

/** Guests that are plain QEMU processes. Keeps one monitor open to each. */
public final class DirectDriver implements GuestDriver {
  private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final GuestDirectory directory;
  private final SecondaryBuilder builder;
  private final Map<UUID, ColoVm> open = new HashMap<>();
  private final Set<UUID> connecting = new HashSet<>();

  /**
   * Opens nothing yet.
   *
   * @param guests directory of descriptors
   * @param instances directory of the secondaries' disks
   * @param run short directory of sockets and pid files
   */
  public DirectDriver(
      Vertx vertx, Path guests, Path instances, Path run, String qemu, String qemuImg) {
    this.vertx = vertx;
    this.directory = new GuestDirectory(guests);
    this.builder = new SecondaryBuilder(qemu, qemuImg, instances, run);
  }

  @Override
  public Future<List<HostReport.Guest>> guests() {
    return blocking(directory::list)
        .compose(descriptors -> Future.join(descriptors.stream().map(this::look).toList()))
        .map(all -> all.<HostReport.Guest>list().stream().filter(Objects::nonNull).toList());
  }

  /** The guest as it is, or null if its QEMU does not answer. */
  @SuppressWarnings("NullAway") // Future.join wants a value for each; null means "not there".
  private Future<HostReport.Guest> look(Descriptor descriptor) {
    GuestDescription guest = descriptor.description();
    if (builder.isUncommitted(guest.uuid()) && !open.containsKey(guest.uuid())) {
      return Future.succeededFuture(null);
    }
    return connect(descriptor)
        .compose(vm -> vm.running().map(running -> new HostReport.Guest(guest, running)))
        .recover(e -> Future.succeededFuture(null));
  }

  private Future<ColoVm> connect(Descriptor descriptor) {
    UUID uuid = descriptor.description().uuid();
    ColoVm known = open.get(uuid);
    if (known != null) {
      return Future.succeededFuture(known);
    }
    if (!connecting.add(uuid)) {
      return Future.failedFuture(new StepException("the monitor is just being opened"));
    }
    return monitor(descriptor.description(), Path.of(descriptor.qmpSocket()))
        .onComplete(r -> connecting.remove(uuid))
        .map(vm -> remember(vm));
  }

  private Future<ColoVm> monitor(GuestDescription guest, Path socket) {
    return QmpClient.connect(vertx, socket, guest.name(), COMMAND_DEADLINE)
        .map(qmp -> new ColoVm(vertx, guest, qmp));
  }

  private ColoVm remember(ColoVm vm) {
    UUID uuid = vm.guest().uuid();
    open.put(uuid, vm);
    vm.qmp().closed().onComplete(v -> open.remove(uuid, vm));
    return vm;
  }

  @Override
  public Future<ColoVm> open(UUID instance) {
    return descriptor(instance).compose(this::connect);
  }

  private Future<Descriptor> descriptor(UUID instance) {
    return blocking(directory::list)
        .map(
            all ->
                all.stream()
                    .filter(d -> d.description().uuid().equals(instance))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new StepException(
                                "no guest descriptor names the instance " + instance)));
  }

  @Override
  public Future<SecondaryVm> startSecondary(GuestDescription guest) {
    SecondaryFiles files = builder.files(guest.uuid());
    return removeSecondary(guest.uuid())
        .compose(v -> blocking(() -> builder.start(guest)))
        .compose(v -> monitor(guest, files.qmpSocket()))
        .map(vm -> new SecondaryVm(vm, files::active, files::hidden));
  }

  @Override
  public Future<Void> openTaps(GuestDescription guest) {
    return blocking(
        () -> {
          guest.nics().forEach(Taps::open);
          return null;
        });
  }

  @Override
  public Future<Void> adopt(SecondaryVm secondary) {
    remember(secondary.vm());
    return blocking(
        () -> {
          GuestDescription guest = secondary.vm().guest();
          builder.markUncommitted(guest.uuid());
          directory.write(builder.descriptor(guest));
          return null;
        });
  }

  @Override
  public Future<Void> settled(GuestDescription guest) {
    return blocking(
        () -> {
          builder.removeOverlays(guest);
          return null;
        });
  }

  @Override
  public Future<Void> kill(UUID instance) {
    Path own = builder.files(instance).qmpSocket();
    return blocking(
        () -> {
          QemuProcesses.kill(own);
          for (Descriptor descriptor : directory.list()) {
            if (descriptor.description().uuid().equals(instance)) {
              QemuProcesses.kill(Path.of(descriptor.qmpSocket()));
            }
          }
          builder.removeSockets(instance);
          return null;
        });
  }

  @Override
  public Future<Void> removeSecondary(UUID instance) {
    return blocking(
        () -> {
          builder.remove(instance);
          directory.remove(instance);
          return null;
        });
  }

  @SuppressWarnings("NullAway") // A step without a result returns null.
  private <T> Future<T> blocking(Callable<T> step) {
    return vertx.executeBlocking(step, false);
  }
}
