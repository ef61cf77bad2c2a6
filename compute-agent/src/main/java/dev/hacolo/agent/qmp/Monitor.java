package dev.hacolo.agent.qmp;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A running QEMU's monitor, whatever carries the commands: its own socket ({@link QmpClient}), or
 * whoever has that socket to itself. Event-loop confined. Commands are carried out in their order;
 * one fails with a {@link QmpException}.
 */
public interface Monitor {
  /** Sends a command without arguments, with the usual deadline. */
  Future<Object> command(String name);

  /** Sends a command with the usual deadline. */
  Future<Object> command(String name, @Nullable JsonObject arguments);

  /**
   * Sends a command with a deadline of its own. The result is what QEMU returned: an object, an
   * array or a simple value.
   */
  Future<Object> command(String name, @Nullable JsonObject arguments, Duration within);

  /**
   * Calls {@code listener} on the event loop for each event, in QEMU's order. An event may come
   * after the answer to a command that QEMU carried out later.
   */
  void listen(Consumer<QmpEvent> listener);

  /** Ends the calls that {@link #listen} began. */
  void unlisten(Consumer<QmpEvent> listener);

  /** Completes when no command will ever be answered again: QEMU has ended, or it was closed. */
  Future<Void> closed();

  /** Whether commands can be sent. */
  boolean isOpen();

  /** Stops using it; QEMU runs on. */
  void close();
}
