package dev.hacolo.agent.qemu;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionPolicy;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/**
 * Puts COLO onto a running guest and takes it off again, by QMP alone. Both can be repeated; taking
 * off removes whatever is there of ours, however far putting on had come.
 */
public final class PrimaryColo {
  private static final Duration RUN_DEADLINE = Duration.ofSeconds(10);

  private final QemuTls tls;
  private final ProxyEngine engine;
  private final DiskMirror mirror;
  private final ColoMigration migration;

  /**
   * Prepares nothing yet.
   *
   * @param syncDeadline for the copy of the disks and for the copy of the RAM, each
   */
  public PrimaryColo(QemuTls tls, ProxyEngine engine, Duration syncDeadline) {
    this.tls = tls;
    this.engine = engine;
    this.mirror = new DiskMirror(tls, syncDeadline);
    this.migration = new ColoMigration(tls, syncDeadline);
  }

  /** Brings a running guest to its first checkpoint. */
  public Future<Void> attach(
      ColoVm vm,
      SecondaryEndpoints endpoints,
      SessionPolicy policy,
      Progress progress,
      Cancellation cancellation) {
    int interval = policy.maxCheckpointIntervalMs();
    progress.phase(SessionPhase.ATTACHING);
    return detach(vm)
        .compose(v -> cancellation.step(() -> tls.addClient(vm)))
        .compose(v -> cancellation.step(() -> engine.attachPrimary(vm, endpoints)))
        .compose(
            v -> {
              progress.phase(SessionPhase.MIRRORING);
              return mirror.start(
                  vm, endpoints, percent -> progress.percent(percent, 0), cancellation);
            })
        .compose(
            v -> {
              progress.phase(SessionPhase.MIGRATING);
              return migration.start(
                  vm, endpoints, interval, percent -> progress.percent(100, percent), cancellation);
            })
        .compose(v -> firstCheckpoint(vm, policy, progress, cancellation));
  }

  /** Outputs must not wait before state COLO: no checkpoint could release them. */
  private Future<Void> firstCheckpoint(
      ColoVm vm, SessionPolicy policy, Progress progress, Cancellation cancellation) {
    progress.phase(SessionPhase.FIRST_CHECKPOINT);
    return cancellation
        .step(() -> engine.switchOn(vm))
        .compose(v -> engine.firstCheckpoint(vm, policy, cancellation));
  }

  /**
   * One more checkpoint of a VM in state COLO; completes when the secondary has loaded it.
   *
   * @param maxIntervalMillis QEMU's own longest interval, as it is
   */
  public static Future<Void> checkpoint(
      ColoVm vm, int maxIntervalMillis, Duration within, Cancellation cancellation) {
    if (!vm.takesCheckpoints()) {
      return Future.failedFuture(new StepException(vm.guest().name() + ": QEMU has left COLO"));
    }
    Future<Void> taken = vm.awaitCheckpoint(within, cancellation);
    return vm.checkpoint(maxIntervalMillis).compose(v -> taken);
  }

  /**
   * Leaves the guest running as it was before {@link #attach}. Its outputs are held until the
   * filters are out, so they go before the disks, which may take long.
   */
  public Future<Void> detach(ColoVm vm) {
    engine.endCheckpoints();
    return PeerConnections.sever(vm)
        .compose(v -> migration.leave(vm))
        .compose(v -> engine.detachPrimary(vm))
        .compose(v -> mirror.stop(vm))
        .compose(v -> removeChardevs(vm))
        .compose(v -> removeCredentials(vm))
        .compose(v -> resume(vm));
  }

  private Future<Void> removeChardevs(ColoVm vm) {
    return vm.removeChardevs(id -> !engine.keeps(vm, id));
  }

  private static Future<Void> removeCredentials(ColoVm vm) {
    return Chain.each(
        List.of(Names.TLS_CLIENT, Names.TLS_SERVER, Names.TLS_PEER),
        id -> ColoVm.tolerateRefusal(vm.run("object-del", new JsonObject().put("id", id))));
  }

  /** A link that broke between STOP and RESUME leaves the VM stopped in state colo. */
  private static Future<Void> resume(ColoVm vm) {
    return vm.object("query-status")
        .compose(
            status -> {
              String state = status.getString("status", "");
              boolean ours = List.of("colo", "postmigrate", "finish-migrate").contains(state);
              return ours ? vm.run("cont", new JsonObject()) : Future.succeededFuture();
            })
        .compose(
            v ->
                vm.awaitCondition(
                    () -> vm.object("query-status").map(s -> !"colo".equals(s.getString("status"))),
                    "the guest to run",
                    RUN_DEADLINE));
  }
}
