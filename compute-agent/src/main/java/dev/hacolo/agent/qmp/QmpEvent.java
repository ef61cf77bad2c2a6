package dev.hacolo.agent.qmp;

import io.vertx.core.json.JsonObject;

/**
 * An asynchronous message of QEMU.
 *
 * @param name for example {@code STOP}
 * @param data the event's members, possibly empty
 * @param nanos {@link System#nanoTime} when it was read
 * @param stamp QEMU's time of it, in µs of the real-time clock: tells an event from the next one of
 *     its name, also on another monitor of the same QEMU
 */
public record QmpEvent(String name, JsonObject data, long nanos, long stamp) {
  private static final long MICROS = 1_000_000;

  /** Whether a message of a monitor is an event. */
  public static boolean is(JsonObject message) {
    return message.getValue("event") instanceof String;
  }

  /**
   * Reads an event (qemu, docs/interop/qmp-spec).
   *
   * @param message for which {@link #is} is true
   * @param nanos {@link System#nanoTime} when it was read
   */
  public static QmpEvent of(JsonObject message, long nanos) {
    JsonObject data = message.getValue("data") instanceof JsonObject d ? d : new JsonObject();
    JsonObject time = message.getValue("timestamp") instanceof JsonObject t ? t : new JsonObject();
    long stamp = time.getLong("seconds", 0L) * MICROS + time.getLong("microseconds", 0L);
    return new QmpEvent(message.getString("event"), data, nanos, stamp);
  }
}
