package dev.hacolo.bed.bench;

import dev.hacolo.common.api.SessionPolicy;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What keeps the guest's replica, and so what the guest's outputs wait for. */
enum Engine {
  /** The plain guest: nothing. */
  NATIVE("native", null, null),
  /** Stock QEMU: colo-compare. */
  QEMU("qemu", "qemu", "compare"),
  /** The agents' proxy: every output is compared. */
  COMPARE("compare", "ha-colo", "compare"),
  /** The agents' proxy: what answers a declared read with synchronised content does not wait. */
  STRICT("strict", "ha-colo", "strict"),
  /** The agents' proxy: no synchronised content waits, whatever it answers. */
  PROVENANCE("provenance", "ha-colo", "provenance"),
  /**
   * The agents' proxy: every output leaves at once. Not safe: the most that pre-release can give.
   */
  CEILING("ceiling", "ha-colo", "all");

  private final String title;
  private final @Nullable String proxy;
  private final @Nullable String release;

  Engine(String title, @Nullable String proxy, @Nullable String release) {
    this.title = title;
    this.proxy = proxy;
    this.release = release;
  }

  /** The name that a person gives it. */
  String title() {
    return title;
  }

  boolean isReplicated() {
    return proxy != null;
  }

  /** The policy of the pair. */
  SessionPolicy policy() {
    if (proxy == null || release == null) {
      throw new IllegalStateException(title + " has no pair");
    }
    return new SessionPolicy(
        proxy,
        release,
        SessionPolicy.DEFAULT.maxCheckpointIntervalMs(),
        SessionPolicy.DEFAULT.maxHoldMs(),
        SessionPolicy.DEFAULT.maxPausePercent(),
        SessionPolicy.ALL_VCPUS);
  }

  /** The engine of a name. */
  static Optional<Engine> of(String title) {
    return Arrays.stream(values()).filter(engine -> engine.title.equals(title)).findFirst();
  }

  /** All names. */
  static String titles() {
    return Arrays.stream(values()).map(Engine::title).collect(Collectors.joining(", "));
  }
}
