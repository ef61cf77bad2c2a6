package dev.hacolo.agent.profile;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The profiles of a guest's services by TCP port of the guest. Immutable, thread-safe. */
public final class ProfileBook {
  private final Map<Integer, ServiceProfile> byPort = new HashMap<>();
  private final HashKey key;

  /**
   * Collects profiles.
   *
   * @param key of the hashes of all conversations
   * @throws IllegalArgumentException if two profiles have one port
   */
  public ProfileBook(Collection<ServiceProfile> profiles, HashKey key) {
    this.key = key;
    for (ServiceProfile profile : profiles) {
      for (int port : profile.ports()) {
        ServiceProfile other = byPort.putIfAbsent(port, profile);
        if (other != null) {
          throw new IllegalArgumentException(
              "port %d is that of %s and of %s".formatted(port, other, profile));
        }
      }
    }
  }

  /** The profile of the service at a port, or null. */
  public @Nullable ServiceProfile service(int port) {
    return byPort.get(port);
  }

  /** A new connection of the service at a port, or null if there is no profile. */
  public @Nullable Conversation conversation(int port) {
    ServiceProfile profile = byPort.get(port);
    return profile == null ? null : profile.conversation(key);
  }
}
