package dev.hacolo.common.api;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Argument checks of the wire records; each failure names the field, its value and the rule. */
final class Checks {
  /** Host, node, device and tap names: they end up in paths and command lines. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:]{2,45}");

  private Checks() {}

  static <T> T present(@Nullable T value, String field) {
    if (value == null) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return value;
  }

  static String name(@Nullable String value, String field) {
    String present = present(value, field);
    if (!NAME.matcher(present).matches()) {
      throw new IllegalArgumentException(
          "%s is '%s': allowed are 1 to 128 letters, digits, '.', '_' and '-', not starting with a sign"
              .formatted(field, present));
    }
    return present;
  }

  /** An IP address in digits; which of them it is, the socket that uses it finds out. */
  static String address(@Nullable String value, String field) {
    return matches(value, ADDRESS, field, "an IP address");
  }

  static void range(long value, long min, long max, String field) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d: allowed is %d to %d".formatted(field, value, min, max));
    }
  }

  static String oneOf(@Nullable String value, Set<String> allowed, String field) {
    String present = present(value, field);
    if (!allowed.contains(present)) {
      throw new IllegalArgumentException(
          "%s is '%s': allowed is one of %s".formatted(field, present, new TreeSet<>(allowed)));
    }
    return present;
  }

  static String matches(@Nullable String value, Pattern rule, String field, String allowed) {
    String present = present(value, field);
    if (!rule.matcher(present).matches()) {
      throw new IllegalArgumentException(
          "%s is '%s': allowed is %s".formatted(field, present, allowed));
    }
    return present;
  }
}
