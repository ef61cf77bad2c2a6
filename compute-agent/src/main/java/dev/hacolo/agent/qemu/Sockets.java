package dev.hacolo.agent.qemu;

import dev.hacolo.agent.domain.StepException;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/** Socket chardev backends, as chardev-add takes them. */
final class Sockets {
  /** Longest path that a Unix socket address holds. */
  private static final int MAX_PATH = 107;

  private Sockets() {}

  /** A path for a Unix socket, refused if it is too long for one. */
  static Path checkedPath(String path) {
    if (path.length() > MAX_PATH) {
      throw new StepException(
          "the socket path %s is longer than %d bytes: shorten run.directory"
              .formatted(path, MAX_PATH));
    }
    return Path.of(path);
  }

  static JsonObject inet(String host, int port) {
    return new JsonObject().put("host", host).put("port", Integer.toString(port));
  }

  static JsonObject tagged(JsonObject inet) {
    return new JsonObject().put("type", "inet").put("data", inet);
  }

  /** A listening TCP chardev; QEMU does not wait for the client. */
  static JsonObject listen(String id, String host, int port, QemuTls tls) {
    JsonObject data =
        new JsonObject()
            .put("addr", tagged(inet(host, port)))
            .put("server", true)
            .put("wait", false);
    return chardev(id, tls.asServer(data));
  }

  /** A connecting TCP chardev; chardev-add fails if nobody listens. */
  static JsonObject connect(String id, String host, int port, QemuTls tls) {
    JsonObject data = new JsonObject().put("addr", tagged(inet(host, port))).put("server", false);
    return chardev(id, tls.asClient(data));
  }

  static JsonObject unix(String id, Path path, boolean server) {
    JsonObject address =
        new JsonObject()
            .put("type", "unix")
            .put("data", new JsonObject().put("path", path.toString()));
    JsonObject data = new JsonObject().put("addr", address).put("server", server);
    if (server) {
      data.put("wait", false);
    }
    return chardev(id, data);
  }

  private static JsonObject chardev(String id, JsonObject data) {
    JsonObject backend = new JsonObject().put("type", "socket").put("data", data);
    return new JsonObject().put("id", id).put("backend", backend);
  }
}
