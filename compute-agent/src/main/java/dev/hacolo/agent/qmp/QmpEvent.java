package dev.hacolo.agent.qmp;

import io.vertx.core.json.JsonObject;

/**
 * An asynchronous message of QEMU.
 *
 * @param name for example {@code STOP}
 * @param data the event's members, possibly empty
 * @param nanos {@link System#nanoTime} when it was read
 */
public record QmpEvent(String name, JsonObject data, long nanos) {}
