package dev.hacolo.agent.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hacolo.agent.profile.ServiceProfile;
import dev.hacolo.common.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Service profiles: those that come with the agent, and those of the operator's directory. A wrong
 * file is never left out with a warning: it may be the one that forbids what a built-in profile
 * allows. Blocking; for the start of the agent.
 */
public final class ProfileFiles {
  private static final List<String> BUILT_IN = List.of("memcached.json", "redis.json", "http.json");
  private static final String RESOURCES = "/dev/hacolo/agent/profiles/";
  private static final int MOST_FILES = 256;
  private static final int MOST_BYTES = 1 << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** By name, and where each was found. */
  private final Map<String, ServiceProfile> profiles = new LinkedHashMap<>();

  private final Map<String, String> sources = new HashMap<>();

  private ProfileFiles() {}

  /**
   * Reads all profiles. A profile of the directory takes the place of a built-in one of its name.
   *
   * @param directory whose files {@code *.json} are read, each one profile; null or one that does
   *     not exist for the built-in ones alone
   * @return with no port twice
   * @throws ConfigException if a file cannot be read or has wrong values
   */
  public static List<ServiceProfile> load(@Nullable Path directory) throws ConfigException {
    ProfileFiles files = new ProfileFiles();
    for (String name : BUILT_IN) {
      files.add(name, builtIn(name));
    }
    files.sources.clear();
    if (directory != null && Files.isDirectory(directory)) {
      for (Path file : files.list(directory)) {
        files.add(file.toString(), content(file));
      }
    }
    files.checkPorts();
    return List.copyOf(files.profiles.values());
  }

  private static byte[] builtIn(String name) throws ConfigException {
    try (InputStream in = ProfileFiles.class.getResourceAsStream(RESOURCES + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw unreadable(name, e.getMessage());
    }
  }

  private static ConfigException unreadable(String source, @Nullable String reason) {
    return new ConfigException(source, List.of("the file cannot be read: " + reason));
  }

  private List<Path> list(Path directory) throws ConfigException {
    try (Stream<Path> found = Files.list(directory)) {
      List<Path> files =
          found.filter(f -> f.toString().endsWith(".json")).sorted().limit(MOST_FILES + 1).toList();
      if (files.size() > MOST_FILES) {
        throw unreadable(directory.toString(), "allowed are %d files".formatted(MOST_FILES));
      }
      return files;
    } catch (IOException e) {
      throw unreadable(directory.toString(), e.getMessage());
    }
  }

  private static byte[] content(Path file) throws ConfigException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw unreadable(file.toString(), "allowed are %d bytes".formatted(MOST_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file.toString(), e.getMessage());
    }
  }

  private void add(String source, byte[] json) throws ConfigException {
    ProfileReader reader = new ProfileReader();
    ServiceProfile profile = reader.read(tree(source, json));
    if (profile == null) {
      throw new ConfigException(source, reader.problems());
    }
    String earlier = sources.put(profile.name(), source);
    if (earlier != null) {
      throw new ConfigException(
          source,
          List.of(
              "name is '%s': allowed is one that %s does not have"
                  .formatted(profile.name(), earlier)));
    }
    profiles.put(profile.name(), profile);
  }

  private static JsonNode tree(String source, byte[] json) throws ConfigException {
    try {
      JsonNode root = MAPPER.readTree(json);
      return root == null ? MAPPER.missingNode() : root;
    } catch (JsonProcessingException e) {
      throw unreadable(
          source,
          "line %d: %s"
              .formatted(
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()));
    } catch (IOException e) {
      throw unreadable(source, e.getMessage());
    }
  }

  private void checkPorts() throws ConfigException {
    Map<Integer, String> taken = new HashMap<>();
    for (ServiceProfile profile : profiles.values()) {
      for (int port : profile.ports()) {
        String other = taken.putIfAbsent(port, profile.name());
        if (other != null) {
          throw new ConfigException(
              sources.getOrDefault(profile.name(), profile.name()),
              List.of(
                  "ports holds %d: allowed is a port that profile '%s' does not have"
                      .formatted(port, other)));
        }
      }
    }
  }
}
