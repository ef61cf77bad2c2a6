package dev.hacolo.agent.session;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.driver.GuestDriver;
import dev.hacolo.agent.driver.SecondaryVm;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.agent.testing.FakeQemu;
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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A host's VMs, each of them a {@link FakeQemu}; writes down what is asked of it. */
final class FakeDriver implements GuestDriver, AutoCloseable {
  private final Vertx vertx;
  private final Path directory;
  private final Map<UUID, FakeQemu> qemus = new HashMap<>();
  private final Map<UUID, ColoVm> open = new HashMap<>();
  private final Map<UUID, GuestDescription> guests = new HashMap<>();
  private final Set<UUID> unsettled = new HashSet<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private volatile @Nullable RuntimeException fault;
  private volatile Runnable whenStarting = () -> {};
  private volatile Runnable whenPromoting = () -> {};
  private int made;

  FakeDriver(Vertx vertx, Path directory) {
    this.vertx = vertx;
    this.directory = directory;
  }

  /** Starts a guest's QEMU. */
  synchronized FakeQemu run(GuestDescription guest) {
    FakeQemu qemu = new FakeQemu(directory.resolve("q%d".formatted(made++))).quick();
    qemus.put(guest.uuid(), qemu);
    guests.put(guest.uuid(), guest);
    return qemu;
  }

  /** The instance's QEMU on this host. */
  synchronized FakeQemu qemu(UUID instance) {
    return java.util.Objects.requireNonNull(qemus.get(instance), "a VM of the instance");
  }

  synchronized boolean has(UUID instance) {
    return qemus.containsKey(instance);
  }

  List<String> calls() {
    return calls;
  }

  /** The next start of a secondary fails, or throws where a failed future belongs. */
  void failNext(@Nullable RuntimeException value) {
    fault = value;
  }

  /** Called before a secondary is started. */
  void whenStarting(Runnable value) {
    whenStarting = value;
  }

  void whenPromoting(Runnable value) {
    whenPromoting = value;
  }

  /** Says that a promoted guest still runs on its overlays. */
  void isUnsettledNow(UUID instance) {
    unsettled.add(instance);
  }

  @Override
  public Future<List<HostReport.Guest>> guests() {
    return Future.succeededFuture(List.of());
  }

  @Override
  public synchronized Future<ColoVm> open(UUID instance) {
    calls.add("open");
    ColoVm known = open.get(instance);
    if (known != null && known.qmp().isOpen()) {
      return Future.succeededFuture(known);
    }
    GuestDescription guest = guests.get(instance);
    return guest == null
        ? Future.failedFuture(new StepException("no VM of the instance " + instance))
        : connect(guest);
  }

  private Future<ColoVm> connect(GuestDescription guest) {
    Path socket = directory.resolve("q%d".formatted(made - 1));
    return QmpClient.connect(vertx, socket, guest.name(), Duration.ofSeconds(5))
        .map(
            qmp -> {
              ColoVm vm = new ColoVm(vertx, guest, qmp);
              open.put(guest.uuid(), vm);
              return vm;
            });
  }

  @Override
  public Future<SecondaryVm> startSecondary(GuestDescription guest) {
    calls.add("start");
    whenStarting.run();
    RuntimeException failing = fault;
    fault = null;
    if (failing instanceof StepException) {
      return Future.failedFuture(failing);
    } else if (failing != null) {
      throw failing;
    }
    run(guest);
    return connect(guest)
        .map(
            vm ->
                new SecondaryVm(
                    vm,
                    d -> directory.resolve("a" + d.id()),
                    d -> directory.resolve("h" + d.id())));
  }

  @Override
  public Future<Void> promoting(ColoVm vm) {
    whenPromoting.run();
    calls.add("promoting");
    unsettled.add(vm.guest().uuid());
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> openTaps(GuestDescription guest) {
    calls.add("openTaps");
    return Future.succeededFuture();
  }

  @Override
  public Future<Boolean> isUnsettled(UUID instance) {
    return Future.succeededFuture(unsettled.contains(instance));
  }

  @Override
  public Future<Void> adopt(ColoVm vm) {
    calls.add("adopt");
    unsettled.remove(vm.guest().uuid());
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> kill(UUID instance) {
    calls.add("kill");
    end(instance);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> removeSecondary(UUID instance) {
    calls.add("remove");
    end(instance);
    return Future.succeededFuture();
  }

  private synchronized void end(UUID instance) {
    FakeQemu ended = qemus.remove(instance);
    guests.remove(instance);
    open.remove(instance);
    if (ended != null) {
      ended.close();
    }
  }

  @Override
  public synchronized void close() {
    List.copyOf(qemus.keySet()).forEach(this::end);
  }
}
