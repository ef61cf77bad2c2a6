package dev.hacolo.bed.bench;

import dev.hacolo.common.api.SessionPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What keeps the guest's replica, and so what the guest's outputs wait for. */
enum Engine {
  /** The plain guest: nothing. */
  NATIVE("native", null, null),
  /** Stock QEMU: colo-compare. */
  QEMU("qemu", "qemu", null),
  /** The agents' proxy: every output is compared. */
  COMPARE("compare", "ha-colo", "compare"),
  /**
   * The agents' proxy: every output leaves at once. Not safe: the most that pre-release can give.
   */
  CEILING("ceiling", "ha-colo", "all");

  private static final int CHECKPOINT_AT_LEAST_EVERY_MS = 10_000;

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

  /**
   * The policy of the pair.
   *
   * @throws IllegalArgumentException if the agents of this version have no such engine
   */
  SessionPolicy policy() {
    if (proxy == null) {
      throw new IllegalStateException(title + " has no pair");
    }
    if (release != null) {
      throw new IllegalArgumentException("policy.release: not known to this version");
    }
    return new SessionPolicy(proxy, CHECKPOINT_AT_LEAST_EVERY_MS);
  }

  /** Whether the agents of this version have it. */
  boolean isAvailable() {
    try {
      return !isReplicated() || policy() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static List<Engine> available() {
    return Arrays.stream(values()).filter(Engine::isAvailable).toList();
  }

  /** The engine of a name, if it is available. */
  static Optional<Engine> of(String title) {
    return available().stream().filter(engine -> engine.title.equals(title)).findFirst();
  }

  /** The names of those that are available. */
  static String titles() {
    return available().stream().map(Engine::title).collect(Collectors.joining(", "));
  }
}
