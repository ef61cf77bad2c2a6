package dev.hacolo.bed.oracle;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long the parts of a round took. Not thread-safe. */
final class Phases {
  private final Map<String, Long> milliseconds = new LinkedHashMap<>();
  private long begun;

  /** The first one begins, in ns of {@link System#nanoTime}. */
  Phases(long begun) {
    this.begun = begun;
  }

  /** A phase is over and the next one begins. */
  void over(String name, long now) {
    milliseconds.put(name, (now - begun) / 1_000_000);
    begun = now;
  }

  /** Names and lengths in ms, in their order. */
  @JsonValue
  Map<String, Long> milliseconds() {
    return Collections.unmodifiableMap(milliseconds);
  }
}
