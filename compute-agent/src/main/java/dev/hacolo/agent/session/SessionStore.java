package dev.hacolo.agent.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hacolo.agent.domain.SessionState;
import dev.hacolo.agent.domain.Side;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.SessionOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent that is started again must know: for each session its side and its newest order.
 * One small file each. Blocking: call it on a worker thread.
 */
final class SessionStore {
  private static final Logger LOG = LoggerFactory.getLogger(SessionStore.class);

  private final Path directory;

  /** What is kept of a session. */
  record Kept(Side side, SessionOrder order) {}

  SessionStore(Path state) {
    this.directory = state.resolve("sessions");
  }

  void save(SessionState state) throws IOException {
    Files.createDirectories(directory);
    Path draft = directory.resolve(state.pairId() + ".tmp");
    Files.writeString(draft, json(state));
    Files.move(draft, file(state.pairId()), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String json(SessionState state) throws JsonProcessingException {
    return ApiJson.mapper().writeValueAsString(new Kept(state.side(), state.order()));
  }

  void remove(UUID pairId) throws IOException {
    Files.deleteIfExists(file(pairId));
  }

  List<Kept> load() throws IOException {
    List<Kept> kept = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return kept;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        try {
          Kept read = ApiJson.mapper().readValue(file.toFile(), Kept.class);
          if (read == null || read.side() == null || read.order() == null) {
            throw new IOException("it holds no session");
          }
          kept.add(read);
        } catch (IOException e) {
          LOG.warn("session file {} is left out: {}", file, e.getMessage());
        }
      }
    }
    return kept;
  }

  private Path file(UUID pairId) {
    return directory.resolve(pairId + ".json");
  }
}
