package dev.hacolo.agent.qemu;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;

/**
 * A QEMU's own connections to the other host. While one of them is silent its main loop may be
 * waiting for it, with its lock held, and then answers no command: a secondary while it reads a
 * checkpoint, a primary while it stops its VM for one. QEMU's {@code yank} breaks them from another
 * thread (see {@link dev.hacolo.agent.qmp.QmpClient}).
 */
final class PeerConnections {
  private static final String MIGRATION = "migration";

  private PeerConnections() {}

  /**
   * Breaks all that are ours, so that nothing afterwards waits for a peer that is silent. The
   * sockets inside this QEMU stay: by them colo-compare hands on what it still holds.
   */
  static Future<Void> sever(ColoVm vm) {
    return sever(vm, PeerConnections::isOurs);
  }

  /** Breaks the one by which checkpoints come, or go. */
  static Future<Void> severMigration(ColoVm vm) {
    return sever(vm, instance -> MIGRATION.equals(instance.getString("type")));
  }

  private static Future<Void> sever(ColoVm vm, Predicate<JsonObject> which) {
    return vm.list("query-yank")
        .compose(
            instances -> {
              List<JsonObject> chosen = instances.stream().filter(which).toList();
              return chosen.isEmpty()
                  ? Future.succeededFuture()
                  : ColoVm.tolerateRefusal(
                      vm.run("yank", new JsonObject().put("instances", new JsonArray(chosen))));
            });
  }

  private static boolean isOurs(JsonObject instance) {
    return switch (instance.getString("type", "")) {
      case MIGRATION -> true;
      case "chardev" -> Names.isPeerStream(instance.getString("id", ""));
      case "block-node" -> instance.getString("node-name", "").startsWith(Names.PREFIX);
      default -> false;
    };
  }
}
