package dev.hacolo.agent.profile;

import dev.hacolo.agent.config.ProfileFiles;
import dev.hacolo.common.config.ConfigException;
import java.util.List;

/** The profiles that come with the agent. */
final class Profiles {
  static final HashKey KEY = new HashKey(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  private static final List<ServiceProfile> ALL = load();

  private Profiles() {}

  private static List<ServiceProfile> load() {
    try {
      return ProfileFiles.load(null);
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<ServiceProfile> all() {
    return ALL;
  }

  static ServiceProfile of(String name) {
    return ALL.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }
}
