package dev.hacolo.agent.qemu;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Optional;

/**
 * QEMU's own mutual TLS for the COLO stream, NBD and packet streams (QEMU docs/system/tls). The
 * directory holds ca-cert.pem, server-cert.pem, server-key.pem, client-cert.pem, client-key.pem.
 *
 * @param directory QEMU's credentials directory, or empty for plain TCP (only on a trusted network)
 */
public record QemuTls(Optional<Path> directory) {

  /** Credentials of the connecting side; harmless when they are there already. */
  Future<Void> addClient(ColoVm vm) {
    return add(vm, Names.TLS_CLIENT, "client");
  }

  /**
   * Credentials of the listening side, and the rule that only the given host's agent may connect.
   *
   * @param peerHost host name that the peer's certificate must carry
   */
  Future<Void> addServer(ColoVm vm, String peerHost) {
    if (directory.isEmpty()) {
      return Future.succeededFuture();
    }
    // gnutls prints a subject in either order; both name the same certificate.
    JsonArray rules =
        new JsonArray()
            .add(allow("CN=%s,OU=agent".formatted(peerHost)))
            .add(allow("OU=agent,CN=%s".formatted(peerHost)));
    JsonObject list =
        new JsonObject()
            .put("qom-type", "authz-list")
            .put("id", Names.TLS_PEER)
            .put("policy", "deny")
            .put("rules", rules);
    return add(vm, Names.TLS_SERVER, "server").compose(v -> vm.run("object-add", list));
  }

  private static JsonObject allow(String subject) {
    return new JsonObject().put("match", subject).put("policy", "allow").put("format", "exact");
  }

  private Future<Void> add(ColoVm vm, String id, String endpoint) {
    if (directory.isEmpty()) {
      return Future.succeededFuture();
    }
    JsonObject credentials =
        new JsonObject()
            .put("qom-type", "tls-creds-x509")
            .put("id", id)
            .put("endpoint", endpoint)
            .put("dir", directory.get().toString())
            .put("verify-peer", true);
    return vm.run("object-add", credentials);
  }

  /** Adds the connecting side's members to a chardev's or node's options. */
  JsonObject asClient(JsonObject options) {
    return directory.isEmpty() ? options : options.put("tls-creds", Names.TLS_CLIENT);
  }

  /** Adds the listening side's members to a chardev's or server's options. */
  JsonObject asServer(JsonObject options) {
    return directory.isEmpty()
        ? options
        : options.put("tls-creds", Names.TLS_SERVER).put("tls-authz", Names.TLS_PEER);
  }

  /** Parameters of the migration for this side; empty strings turn TLS off again. */
  JsonObject migrationParameters(boolean server) {
    if (directory.isEmpty()) {
      return new JsonObject().put("tls-creds", "").put("tls-authz", "");
    }
    return server
        ? new JsonObject().put("tls-creds", Names.TLS_SERVER).put("tls-authz", Names.TLS_PEER)
        : new JsonObject().put("tls-creds", Names.TLS_CLIENT).put("tls-authz", "");
  }
}
