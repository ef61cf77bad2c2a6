package dev.hacolo.agent.profile;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a field of an HTTP head means to the followers of a connection. */
enum HeaderField {
  CONTENT_LENGTH("content-length"),
  TRANSFER_ENCODING("transfer-encoding"),
  UPGRADE("upgrade"),
  CONTENT_RANGE("content-range"),
  /** By the profile: it does not decide what the answer is. */
  IGNORED(null);

  private final @Nullable String name;

  HeaderField(@Nullable String name) {
    this.name = name;
  }

  /** All that mean something, and those that the profile ignores. */
  static WordTable<HeaderField> table(Set<String> ignored) {
    Map<String, HeaderField> fields = new HashMap<>();
    ignored.forEach(f -> fields.put(f, IGNORED));
    for (HeaderField field : values()) {
      if (field.name != null) {
        fields.put(field.name, field);
      }
    }
    return new WordTable<>(fields, true);
  }
}
