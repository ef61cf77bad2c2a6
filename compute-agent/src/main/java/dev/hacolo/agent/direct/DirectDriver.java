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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Guests that are plain QEMU processes. Keeps one monitor open to each. */
public final class DirectDriver implements GuestDriver {
  private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(10);
  private static final Duration LOOK_DEADLINE = Duration.ofMillis(500);

  private final Vertx vertx;
  private final GuestDirectory directory;
  private final SecondaryBuilder builder;
  private final Map<UUID, ColoVm> open = new HashMap<>();
  private final Map<UUID, Future<ColoVm>> connecting = new HashMap<>();

  /**
   * Opens nothing yet.
   *
   * @param guests directory of descriptors
   * @param instances directory of the secondaries' disks
   * @param run short directory of sockets and pid files
   */
  public DirectDriver(Vertx vertx, Path guests, Path instances, Path run, Programs programs) {
    this.vertx = vertx;
    this.directory = new GuestDirectory(guests);
    this.builder =
        new SecondaryBuilder(programs.qemu(), programs.qemuImg(), programs.ip(), instances, run);
  }

  /** Names or paths of the system emulator, of qemu-img and of iproute2's ip. */
  public record Programs(String qemu, String qemuImg, String ip) {}

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
    return connect(descriptor)
        .compose(vm -> vm.running(LOOK_DEADLINE))
        .map(running -> new HostReport.Guest(guest, running))
        .recover(e -> Future.succeededFuture(null));
  }

  /** Whoever asks while a monitor is being opened gets the same one. */
  private Future<ColoVm> connect(Descriptor descriptor) {
    UUID uuid = descriptor.description().uuid();
    ColoVm known = open.get(uuid);
    if (known != null) {
      return Future.succeededFuture(known);
    }
    Future<ColoVm> begun = connecting.get(uuid);
    if (begun != null) {
      return begun;
    }
    Future<ColoVm> opening =
        monitor(descriptor.description(), Path.of(descriptor.qmpSocket()), null)
            .map(this::remember);
    connecting.put(uuid, opening);
    opening.onComplete(r -> connecting.remove(uuid, opening));
    return opening;
  }

  private Future<ColoVm> monitor(GuestDescription guest, Path socket, @Nullable Path events) {
    return QmpClient.connect(vertx, socket, guest.name(), COMMAND_DEADLINE)
        .map(qmp -> new ColoVm(vertx, guest, qmp, events));
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
    return blocking(() -> directory.of(instance))
        .map(
            found ->
                found.stream()
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
        .compose(v -> blocking(() -> refuseRunning(guest.uuid())))
        .compose(v -> blocking(() -> builder.start(guest)))
        .compose(v -> monitor(guest, files.qmpSocket(), files.eventSocket()))
        .map(vm -> new SecondaryVm(vm, files::active, files::hidden));
  }

  /** A guest of that name that somebody else started must not get a twin. */
  private @Nullable Void refuseRunning(UUID instance) throws IOException {
    for (Descriptor other : directory.of(instance)) {
      if (QemuProcesses.isServed(Path.of(other.qmpSocket()))) {
        throw new StepException(
            "the instance %s runs on this host, so it cannot have its secondary here"
                .formatted(instance));
      }
    }
    return null;
  }

  @Override
  public Future<Void> promoting(ColoVm vm) {
    remember(vm);
    return blocking(
        () -> {
          builder.markUncommitted(vm.guest().uuid());
          directory.write(builder.descriptor(vm.guest()));
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
    return blocking(() -> builder.isUncommitted(instance));
  }

  @Override
  public Future<Void> adopt(ColoVm vm) {
    return blocking(
        () -> {
          builder.adopt(vm.guest());
          return null;
        });
  }

  @Override
  public Future<Void> kill(UUID instance) {
    Path own = builder.files(instance).qmpSocket();
    return blocking(
        () -> {
          QemuProcesses.kill(own);
          for (Descriptor descriptor : directory.of(instance)) {
            QemuProcesses.kill(Path.of(descriptor.qmpSocket()));
          }
          builder.removeSockets(instance);
          return null;
        });
  }

  /** A descriptor that somebody else wrote stays: it describes a guest that is not ours. */
  @Override
  public Future<Void> removeSecondary(UUID instance) {
    String own = builder.files(instance).qmpSocket().toString();
    return blocking(
        () -> {
          builder.remove(instance);
          for (Descriptor descriptor : directory.of(instance)) {
            if (descriptor.qmpSocket().equals(own)) {
              directory.remove(instance);
            }
          }
          return null;
        });
  }

  @SuppressWarnings("NullAway") // A step without a result returns null.
  private <T> Future<T> blocking(Callable<T> step) {
    return vertx.executeBlocking(step, false);
  }
}
