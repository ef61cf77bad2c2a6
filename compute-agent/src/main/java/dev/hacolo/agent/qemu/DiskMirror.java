package dev.hacolo.agent.qemu;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.SecondaryEndpoints;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Primary's side of the disks: a write-blocking mirror of each onto the secondary's NBD export. The
 * job stays ready through every checkpoint and copies each guest write before the guest sees it
 * done.
 */
final class DiskMirror {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);

  private final QemuTls tls;
  private final Duration deadline;

  DiskMirror(QemuTls tls, Duration deadline) {
    this.tls = tls;
    this.deadline = deadline;
  }

  /** Starts the mirrors and completes when all of them are ready. */
  Future<Void> start(
      ColoVm vm, SecondaryEndpoints endpoints, IntConsumer percent, Cancellation cancellation) {
    if (vm.guest().disks().isEmpty()) {
      return Future.succeededFuture();
    }
    return Chain.each(vm.guest().disks(), disk -> start(vm, disk, endpoints))
        .compose(
            v ->
                vm.awaitCondition(
                    () -> ready(vm, percent), "the disk copy", deadline, POLL, cancellation));
  }

  private Future<Void> start(ColoVm vm, Disk disk, SecondaryEndpoints endpoints) {
    JsonObject node =
        new JsonObject()
            .put("driver", "nbd")
            .put("node-name", Names.nbdNode(disk))
            .put(
                "server",
                Sockets.inet(endpoints.address(), endpoints.nbdPort()).put("type", "inet"))
            .put("export", disk.node());
    JsonObject job =
        new JsonObject()
            .put("job-id", Names.mirrorJob(disk))
            .put("device", vm.backends().node(disk))
            .put("target", Names.nbdNode(disk))
            .put("sync", "full")
            .put("copy-mode", "write-blocking");
    return vm.run("blockdev-add", tls.asClient(node)).compose(v -> vm.run("blockdev-mirror", job));
  }

  private Future<Boolean> ready(ColoVm vm, IntConsumer percent) {
    return vm.list("query-block-jobs")
        .map(
            jobs -> {
              List<JsonObject> mine =
                  jobs.stream()
                      .filter(j -> j.getString("device", "").startsWith(Names.PREFIX))
                      .toList();
              if (mine.size() < vm.guest().disks().size()) {
                throw new StepException(
                    vm.guest().name()
                        + ": a disk copy ended early; is the secondary's disk full or its host away?");
              }
              percent.accept(percentOf(mine));
              return mine.stream().allMatch(j -> j.getBoolean("ready", false));
            });
  }

  private static int percentOf(List<JsonObject> jobs) {
    long offset = jobs.stream().mapToLong(j -> j.getLong("offset", 0L)).sum();
    long length = jobs.stream().mapToLong(j -> j.getLong("len", 0L)).sum();
    return length == 0 ? 0 : (int) Math.min(100, 100 * offset / length);
  }

  /** Ends the mirrors and takes their nodes out, as far as they are there. */
  Future<Void> stop(ColoVm vm) {
    return vm.ours("query-block-jobs", new JsonObject(), "device")
        .compose(jobs -> Chain.each(jobs, job -> cancel(vm, job)))
        .compose(
            v -> vm.awaitCondition(() -> noJobs(vm), "the end of the disk copies", STOP_DEADLINE))
        .compose(v -> vm.ours("query-named-block-nodes", flat(), "node-name"))
        .compose(nodes -> Chain.each(nodes, node -> deleteNode(vm, node)));
  }

  private static JsonObject flat() {
    return new JsonObject().put("flat", true);
  }

  private static Future<Void> cancel(ColoVm vm, String job) {
    return ColoVm.tolerateRefusal(
        vm.run("block-job-cancel", new JsonObject().put("device", job).put("force", true)));
  }

  private static Future<Boolean> noJobs(ColoVm vm) {
    return vm.ours("query-block-jobs", new JsonObject(), "device").map(jobs -> jobs.isEmpty());
  }

  private static Future<Void> deleteNode(ColoVm vm, String node) {
    return vm.run("blockdev-del", new JsonObject().put("node-name", node));
  }
}
