package dev.hacolo.service.cloud;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A Nova server.
 *
 * @param uuid the instance's UUID
 * @param name display name
 * @param projectId owner
 * @param userId who created it
 * @param host compute host, empty while it has none
 * @param vmState Nova's vm_state, lower case ({@code active}, {@code stopped}, ...)
 * @param vcpus of the flavor
 * @param memoryMb of the flavor
 * @param diskGb root and ephemeral disk of the flavor
 * @param extraSpecs of the flavor
 */
public record CloudServer(
    UUID uuid,
    String name,
    String projectId,
    String userId,
    Optional<String> host,
    String vmState,
    int vcpus,
    int memoryMb,
    int diskGb,
    Map<String, String> extraSpecs) {
  /** Copies the map. */
  public CloudServer {
    extraSpecs = Map.copyOf(extraSpecs);
  }
}
