package dev.hacolo.agent.qemu;

import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.SecondaryEndpoints;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;

/**
 * Secondary's side of the disks: the disk is exported for the primary's mirror, and the secondary
 * VM itself writes into overlays above it (QEMU docs/block-replication.txt, replication in
 * secondary mode), which each checkpoint empties.
 */
final class ReplicaDisks {
  private static final Duration COMMIT_DEADLINE = Duration.ofMinutes(10);
  private static final Duration COMMIT_POLL = Duration.ofMillis(100);

  /**
   * Files of one disk's overlays.
   *
   * @param active what the secondary wrote in this epoch, qcow2
   * @param hidden what the primary's writes replaced in this epoch, qcow2
   */
  record Overlays(Path active, Path hidden) {}

  private final QemuTls tls;

  ReplicaDisks(QemuTls tls) {
    this.tls = tls;
  }

  /** Puts the overlays under the devices and opens the NBD server. */
  Future<Void> prepare(ColoVm vm, SecondaryEndpoints endpoints, Function<Disk, Overlays> overlays) {
    JsonObject server =
        tls.asServer(
            new JsonObject()
                .put(
                    "addr",
                    Sockets.tagged(Sockets.inet(endpoints.address(), endpoints.nbdPort()))));
    return vm.run("nbd-server-start", server)
        .compose(
            v -> Chain.each(vm.guest().disks(), disk -> prepare(vm, disk, overlays.apply(disk))));
  }

  private static Future<Void> prepare(ColoVm vm, Disk disk, Overlays overlays) {
    return vm.run("blockdev-add", replication(vm, disk, overlays))
        .compose(v -> setDrive(vm, disk, Names.replicationNode(disk)))
        .compose(v -> vm.run("block-export-add", export(vm, disk)));
  }

  private static JsonObject replication(ColoVm vm, Disk disk, Overlays overlays) {
    JsonObject hidden =
        new JsonObject()
            .put("driver", "qcow2")
            .put("node-name", Names.hiddenNode(disk))
            .put("file", file(overlays.hidden()))
            .put("backing", vm.backends().node(disk));
    JsonObject active =
        new JsonObject()
            .put("driver", "qcow2")
            .put("node-name", Names.activeNode(disk))
            .put("file", file(overlays.active()))
            .put("backing", hidden);
    return new JsonObject()
        .put("driver", "replication")
        .put("node-name", Names.replicationNode(disk))
        .put("mode", "secondary")
        .put("top-id", Names.replicationNode(disk))
        .put("file", active);
  }

  private static JsonObject file(Path path) {
    return new JsonObject().put("driver", "file").put("filename", path.toString());
  }

  private static JsonObject export(ColoVm vm, Disk disk) {
    return new JsonObject()
        .put("type", "nbd")
        .put("id", Names.export(disk))
        .put("node-name", vm.backends().node(disk))
        .put("name", disk.node())
        .put("writable", true);
  }

  private static Future<Void> setDrive(ColoVm vm, Disk disk, String node) {
    return vm.run(
        "qom-set",
        new JsonObject()
            .put("path", "/machine/peripheral/" + disk.id())
            .put("property", "drive")
            .put("value", node));
  }

  /** From here on nothing that the old primary still sends reaches the disks. */
  Future<Void> closeServer(ColoVm vm) {
    return ColoVm.tolerateRefusal(vm.run("nbd-server-stop", new JsonObject()));
  }

  /**
   * After promotion: waits until QEMU has committed the overlays into the disks, then takes the
   * replication nodes out from under the running devices (the device was started with share-rw).
   * Can be repeated.
   */
  Future<Void> unwrap(ColoVm vm) {
    return Chain.each(vm.guest().disks(), disk -> unwrap(vm, disk));
  }

  private static Future<Void> unwrap(ColoVm vm, Disk disk) {
    return vm.awaitCondition(
            () -> committed(vm, disk),
            "the commit of disk " + disk.id(),
            COMMIT_DEADLINE,
            COMMIT_POLL,
            new Cancellation())
        .compose(v -> nodes(vm))
        .compose(
            nodes ->
                nodes.contains(Names.replicationNode(disk))
                    ? exchange(vm, disk)
                    : Future.succeededFuture());
  }

  private static Future<Void> exchange(ColoVm vm, Disk disk) {
    JsonObject replication = new JsonObject().put("node-name", Names.replicationNode(disk));
    return setDrive(vm, disk, vm.backends().node(disk))
        .compose(v -> vm.run("blockdev-del", replication));
  }

  private static Future<Boolean> committed(ColoVm vm, Disk disk) {
    return nodes(vm).map(nodes -> !nodes.contains(Names.activeNode(disk)));
  }

  private static Future<Set<String>> nodes(ColoVm vm) {
    return vm.ours("query-named-block-nodes", new JsonObject().put("flat", true), "node-name");
  }
}
