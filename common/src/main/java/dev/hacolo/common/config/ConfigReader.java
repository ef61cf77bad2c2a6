package dev.hacolo.common.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads typed values from a properties file and collects every wrong, missing or unknown one, so
 * that a person can mend the whole file after one start. Not thread-safe; used once at start.
 *
 * <p>A value read wrongly comes back as its default (or an empty stand-in): call {@link #finish()}
 * before any of them is used.
 */
public final class ConfigReader {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  private final String source;
  private final Properties properties;
  private final Set<String> known = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  private ConfigReader(String source, Properties properties) {
    this.source = source;
    this.properties = properties;
  }

  /** Opens a file in {@link Properties} syntax, UTF-8. */
  public static ConfigReader open(Path file) throws ConfigException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          file.toString(), List.of("the file cannot be read: it does not exist"));
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(
          file.toString(), List.of("the file cannot be read: " + e.getMessage()));
    }
    return new ConfigReader(file.toString(), properties);
  }

  /** For tests and embedded use. */
  public static ConfigReader of(String source, Properties properties) {
    return new ConfigReader(source, properties);
  }

  /** A text that must be there. */
  public String required(String name) {
    String value = raw(name);
    if (value == null) {
      problems.add(name + " is missing: it has no default");
      return "";
    }
    return value;
  }

  /** A text with a default. */
  public String text(String name, String fallback) {
    String value = raw(name);
    return value == null ? fallback : value;
  }

  /** A text that must be there and match a rule, described for people by {@code allowed}. */
  public String required(String name, Pattern rule, String allowed) {
    String value = required(name);
    if (!value.isEmpty() && !rule.matcher(value).matches()) {
      wrong(name, value, allowed);
    }
    return value;
  }

  /** One of a few words. */
  public String oneOf(String name, String fallback, Set<String> allowed) {
    String value = text(name, fallback);
    if (!allowed.contains(value)) {
      wrong(name, value, String.join(", ", allowed.stream().sorted().toList()));
      return fallback;
    }
    return value;
  }

  /** A whole number with a default. */
  public int integer(String name, int fallback, int min, int max) {
    String value = raw(name);
    if (value == null) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number out of range.
    }
    wrong(name, value, "a whole number from %d to %d".formatted(min, max));
    return fallback;
  }

  /** A duration such as {@code 50ms}, {@code 2s}, {@code 5m} or {@code 1h}. */
  public Duration duration(String name, Duration fallback, Duration min, Duration max) {
    String value = raw(name);
    if (value == null) {
      return fallback;
    }
    Matcher matcher = DURATION.matcher(value);
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      Duration parsed =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
          };
      if (parsed.compareTo(min) >= 0 && parsed.compareTo(max) <= 0) {
        return parsed;
      }
    }
    wrong(
        name,
        value,
        "a duration from %d ms to %d ms, written like 50ms, 2s, 5m or 1h"
            .formatted(min.toMillis(), max.toMillis()));
    return fallback;
  }

  /** A file that must exist and be readable. */
  public Path readableFile(String name) {
    String value = required(name);
    Path path = path(value);
    if (!value.isEmpty() && (!Files.isReadable(path) || Files.isDirectory(path))) {
      wrong(name, value, "the path of a file that this process can read");
    }
    return path;
  }

  /** A directory path; it need not exist yet. */
  public Path directory(String name, @Nullable Path fallback) {
    String value = raw(name);
    if (value == null) {
      if (fallback == null) {
        problems.add(name + " is missing: it has no default");
        return Path.of("");
      }
      return fallback;
    }
    Path path = path(value);
    if (!path.isAbsolute() || (Files.exists(path) && !Files.isDirectory(path))) {
      wrong(name, value, "the absolute path of a directory");
    }
    return path;
  }

  /** The path that a text names; an empty one, which is never valid, where it names none. */
  private static Path path(String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      return Path.of("");
    }
  }

  /** {@code host:port} of a listening socket; IPv6 addresses in brackets. */
  public HostPort hostPort(String name, HostPort fallback) {
    String value = raw(name);
    if (value == null) {
      return fallback;
    }
    return HostPort.parse(value)
        .orElseGet(
            () -> {
              wrong(name, value, "an address and a port from 0 to 65535, like 192.0.2.1:9500");
              return fallback;
            });
  }

  /** Adds a problem that the caller found, in the same form as all others. */
  public void wrong(String name, String value, String allowed) {
    problems.add("%s is '%s': allowed is %s".formatted(name, value, allowed));
  }

  /** Ends the reading: throws if anything was wrong, unknown names included. */
  public void finish() throws ConfigException {
    for (String name : properties.stringPropertyNames().stream().sorted().toList()) {
      if (!known.contains(name)) {
        problems.add(
            "%s is not known: allowed are %s"
                .formatted(name, String.join(", ", known.stream().sorted().toList())));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(source, problems);
    }
  }

  private @Nullable String raw(String name) {
    known.add(name);
    String value = properties.getProperty(name);
    return value == null || value.isBlank() ? null : value.strip();
  }
}
