package dev.hacolo.service.domain;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The Nova server behind a pair, as Nova last described it.
 *
 * @param uuid the instance's UUID
 * @param name display name
 * @param projectId owner
 * @param userId user that Placement charges
 * @param vcpus of the flavor
 * @param memoryMb of the flavor
 * @param diskGb root and ephemeral disk of the flavor
 * @param extraSpecs of the flavor
 * @param vmState Nova's vm_state
 * @param novaHost where Nova believes the server is
 */
public record Instance(
    UUID uuid,
    String name,
    String projectId,
    String userId,
    int vcpus,
    int memoryMb,
    int diskGb,
    Map<String, String> extraSpecs,
    String vmState,
    Optional<String> novaHost) {
  /** Copies the map. */
  public Instance {
    extraSpecs = Map.copyOf(extraSpecs);
  }

  /** Whether the flavor asks for protection. */
  public boolean wantsProtection() {
    return "true".equalsIgnoreCase(extraSpecs.getOrDefault(FlavorSpec.ENABLED, "false").strip());
  }
}
