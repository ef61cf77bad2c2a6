package dev.hacolo.agent.qemu;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.SecondaryEndpoints;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The migration that ends in COLO, and the way out of it. */
final class ColoMigration {
  private static final Set<String> ACTIVE =
      Set.of("setup", "active", "pre-switchover", "device", "wait-unplug", "cancelling");

  /**
   * Bytes a second; COLO sends each checkpoint with the VM stopped, so there is no reason to save.
   */
  private static final long BANDWIDTH = 10L << 30;

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration EXIT_DEADLINE = Duration.ofSeconds(10);

  private final QemuTls tls;
  private final Duration deadline;

  ColoMigration(QemuTls tls, Duration deadline) {
    this.tls = tls;
    this.deadline = deadline;
  }

  /** Secondary: opens the incoming stream. */
  Future<Void> listen(ColoVm vm, SecondaryEndpoints endpoints) {
    return vm.colo(true)
        .compose(v -> vm.run("migrate-set-parameters", tls.migrationParameters(true)))
        .compose(v -> vm.run("migrate-incoming", uri(endpoints)));
  }

  /** Primary: sends RAM until QEMU is in state colo. */
  Future<Void> start(
      ColoVm vm,
      SecondaryEndpoints endpoints,
      int maxIntervalMillis,
      IntConsumer percent,
      Cancellation cancellation) {
    JsonObject parameters =
        tls.migrationParameters(false)
            .put("x-checkpoint-delay", maxIntervalMillis)
            .put("max-bandwidth", BANDWIDTH);
    return vm.colo(true)
        .compose(v -> vm.run("migrate-set-parameters", parameters))
        .compose(v -> send(vm, endpoints, percent, cancellation));
  }

  private Future<Void> send(
      ColoVm vm, SecondaryEndpoints endpoints, IntConsumer percent, Cancellation cancellation) {
    // The reply that says so may overtake the event, on which the count of checkpoints rests.
    return vm.run("migrate", uri(endpoints))
        .compose(
            v ->
                vm.awaitCondition(
                    () -> arrived(vm, percent), "state COLO", deadline, POLL, cancellation))
        .compose(v -> vm.awaitColo(EXIT_DEADLINE, cancellation));
  }

  private static JsonObject uri(SecondaryEndpoints endpoints) {
    String host =
        endpoints.address().contains(":") ? "[" + endpoints.address() + "]" : endpoints.address();
    return new JsonObject().put("uri", "tcp:%s:%d".formatted(host, endpoints.migrationPort()));
  }

  private static Future<Boolean> arrived(ColoVm vm, IntConsumer percent) {
    return vm.object("query-migrate")
        .map(
            info -> {
              String status = info.getString("status", "none");
              if ("colo".equals(status)) {
                percent.accept(100);
                return true;
              }
              if (!ACTIVE.contains(status)) {
                throw new StepException(
                    "%s: the copy of the RAM ended as '%s': %s"
                        .formatted(
                            vm.guest().name(), status, info.getString("error-desc", "no reason")));
              }
              percent.accept(percentOf(info.getJsonObject("ram")));
              return false;
            });
  }

  private static int percentOf(@Nullable JsonObject ram) {
    if (ram == null || ram.getLong("total", 0L) == 0) {
      return 0;
    }
    long total = ram.getLong("total");
    return (int) Math.min(99, 100 * (total - ram.getLong("remaining", 0L)) / total);
  }

  /** Primary: ends a migration that has not reached COLO, or COLO itself; the VM goes on. */
  Future<Void> leave(ColoVm vm) {
    return vm.object("query-migrate")
        .map(info -> info.getString("status", "none"))
        .compose(status -> leave(vm, status))
        .compose(v -> vm.colo(false))
        .compose(
            v ->
                vm.run(
                    "migrate-set-parameters",
                    new JsonObject().put("tls-creds", "").put("tls-authz", "")));
  }

  private static Future<Void> leave(ColoVm vm, String status) {
    vm.leavingColo();
    if (status.equals("colo")) {
      return vm.run("x-colo-lost-heartbeat", new JsonObject())
          .compose(v -> vm.awaitCondition(() -> out(vm), "the end of COLO", EXIT_DEADLINE));
    }
    if (ACTIVE.contains(status)) {
      return vm.run("migrate_cancel", new JsonObject())
          .compose(v -> vm.awaitCondition(() -> out(vm), "the end of the copy", EXIT_DEADLINE));
    }
    return Future.succeededFuture();
  }

  private static Future<Boolean> out(ColoVm vm) {
    return vm.object("query-migrate")
        .map(
            info -> {
              String status = info.getString("status", "none");
              return !status.equals("colo") && !ACTIVE.contains(status);
            });
  }

  /**
   * Secondary: becomes an ordinary running VM; completes when its vCPUs run. Can be repeated: a VM
   * that is out of COLO already is only awaited.
   */
  Future<Void> takeOver(ColoVm vm) {
    vm.takingOver();
    return vm.object("query-migrate")
        .compose(
            info ->
                "completed".equals(info.getString("status"))
                    ? Future.succeededFuture()
                    : vm.run("x-colo-lost-heartbeat", new JsonObject()))
        .compose(
            v ->
                vm.awaitCondition(
                    () ->
                        out(vm).compose(out -> out ? vm.running() : Future.succeededFuture(false)),
                    "the secondary to run",
                    EXIT_DEADLINE,
                    Duration.ofMillis(5),
                    new Cancellation()));
  }
}
