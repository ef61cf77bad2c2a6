package dev.hacolo.agent.qemu;

import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.SecondaryEndpoints;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a QEMU that waits for an incoming migration into a secondary, and that into a primary. */
public final class SecondaryColo {
  private static final Logger LOG = LoggerFactory.getLogger(SecondaryColo.class);

  /** Part of the time without service: broken connections take less than a millisecond. */
  private static final Duration CUT_OFF = Duration.ofMillis(300);

  private final QemuTls tls;
  private final ProxyEngine engine;
  private final ReplicaDisks disks;
  private final ColoMigration migration;

  /** Prepares nothing yet. */
  public SecondaryColo(QemuTls tls, ProxyEngine engine, Duration syncDeadline) {
    this.tls = tls;
    this.engine = engine;
    this.disks = new ReplicaDisks(tls);
    this.migration = new ColoMigration(tls, syncDeadline);
  }

  /**
   * Opens everything that the primary connects to.
   *
   * @param peerHost host whose agent's certificate QEMU lets in
   * @param active file of each disk's active overlay, existing
   * @param hidden file of each disk's hidden overlay, existing
   */
  public Future<Void> prepare(
      ColoVm vm,
      SecondaryEndpoints endpoints,
      String peerHost,
      Function<Disk, Path> active,
      Function<Disk, Path> hidden) {
    return tls.addServer(vm, peerHost)
        .compose(
            v ->
                disks.prepare(
                    vm,
                    endpoints,
                    disk -> new ReplicaDisks.Overlays(active.apply(disk), hidden.apply(disk))))
        .compose(v -> engine.prepareSecondary(vm, endpoints))
        .compose(v -> migration.listen(vm, endpoints));
  }

  /**
   * Comes before anything else of a take-over: no checkpoint arrives any more, and a main loop that
   * waits for the rest of one goes on. Always well: a monitor that cannot do it says so in the log.
   */
  public Future<Void> cutOff(ColoVm vm) {
    return PeerConnections.severMigration(vm)
        .timeout(CUT_OFF.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(
            e ->
                LOG.warn(
                    "{}: the connection of checkpoints is not broken: {}",
                    vm.guest().name(),
                    e.getMessage()))
        .otherwiseEmpty();
  }

  /**
   * Makes the secondary the serving VM, up to the moment at which clients get answers. First the
   * disks are closed to the old primary; the VM runs on its overlays from then on.
   *
   * @param openTaps lets the VM's frames out to its network; called when the VM runs
   */
  public Future<Void> promote(ColoVm vm, Supplier<Future<Void>> openTaps) {
    return disks
        .closeServer(vm)
        .compose(v -> migration.takeOver(vm))
        .compose(v -> engine.tookOver(vm))
        .compose(v -> openTaps.get())
        .compose(v -> engine.serve(vm))
        .compose(v -> vm.run("announce-self", announcement()))
        .compose(v -> engine.leave(vm));
  }

  /** Moves the switches' tables to this host; times in milliseconds. */
  private static JsonObject announcement() {
    return new JsonObject().put("initial", 50).put("max", 550).put("rounds", 5).put("step", 50);
  }

  /**
   * After {@link #promote}: leaves an ordinary VM on an ordinary disk, ready for a new secondary.
   */
  public Future<Void> settle(ColoVm vm) {
    return disks
        .unwrap(vm)
        .compose(v -> vm.colo(false))
        .compose(
            v ->
                vm.run(
                    "migrate-set-parameters",
                    new JsonObject().put("tls-creds", "").put("tls-authz", "")))
        .compose(v -> vm.removeChardevs(id -> !engine.keeps(vm, id)));
  }
}
