package dev.hacolo.agent.qemu;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.SecondaryEndpoints;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Turns a QEMU that waits for an incoming migration into a secondary, and that into a primary. */
public final class SecondaryColo {
  private static final Duration DRAIN_DEADLINE = Duration.ofMillis(500);
  private static final Duration DRAIN_POLL = Duration.ofMillis(5);

  private final QemuTls tls;
  private final StockCompareEngine engine;
  private final ReplicaDisks disks;
  private final ColoMigration migration;

  /** Prepares nothing yet. */
  public SecondaryColo(QemuTls tls, StockCompareEngine engine, Duration syncDeadline) {
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
   * Makes the secondary the serving VM, up to the moment at which clients get answers. First the
   * disks are closed to the old primary; the VM runs on its overlays from then on.
   *
   * @param openTaps lets the VM's frames out to its network; called when the VM runs
   */
  public Future<Void> promote(ColoVm vm, Supplier<Future<Void>> openTaps) {
    return disks
        .closeServer(vm)
        .compose(v -> migration.takeOver(vm))
        .compose(v -> openTaps.get())
        .compose(v -> engine.undivert(vm))
        .compose(v -> vm.run("announce-self", announcement()))
        .compose(v -> drainInputs(vm))
        .compose(v -> engine.uninject(vm));
  }

  /** Moves the switches' tables to this host; times in milliseconds. */
  private static JsonObject announcement() {
    return new JsonObject().put("initial", 50).put("max", 550).put("rounds", 5).put("step", 50);
  }

  /**
   * The old primary may have acknowledged inputs that are still on their way here; without them a
   * connection hangs. The stream ends when its host or QEMU is dead; if only the link is cut it
   * does not, so the wait is bounded.
   */
  private static Future<Void> drainInputs(ColoVm vm) {
    List<String> inputs = vm.guest().nics().stream().map(Names::inputChardev).toList();
    return vm.awaitCondition(
            () ->
                vm.list("query-chardev")
                    .map(
                        all ->
                            all.stream()
                                .filter(c -> inputs.contains(c.getString("label")))
                                .allMatch(
                                    c -> c.getString("filename", "").startsWith("disconnected"))),
            "the end of the old primary's input",
            DRAIN_DEADLINE,
            DRAIN_POLL,
            new Cancellation())
        .recover(
            e -> e instanceof StepException ? Future.succeededFuture() : Future.failedFuture(e));
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
        .compose(v -> vm.ours("query-chardev", new JsonObject(), "label"))
        .compose(
            ids -> Chain.each(ids, id -> vm.run("chardev-remove", new JsonObject().put("id", id))));
  }
}
