package dev.hacolo.bed.openstack;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A server in Nova's database.
 *
 * @param uuid instance UUID
 * @param name display name
 * @param projectId owner's project
 * @param userId owner
 * @param host service host, null while it has none
 * @param vmState Nova's vm_state
 * @param vcpus of the flavor
 * @param memoryMb of the flavor
 * @param diskGb root disk of the flavor
 * @param extraSpecs of the flavor
 */
public record StandInServer(
    UUID uuid,
    String name,
    String projectId,
    String userId,
    @Nullable String host,
    String vmState,
    int vcpus,
    int memoryMb,
    int diskGb,
    Map<String, String> extraSpecs) {

  /** Copies the map. */
  public StandInServer {
    extraSpecs = Map.copyOf(extraSpecs);
  }

  /** The same server on another host. */
  public StandInServer onHost(@Nullable String newHost) {
    return new StandInServer(
        uuid, name, projectId, userId, newHost, vmState, vcpus, memoryMb, diskGb, extraSpecs);
  }

  /** The same server in another vm_state. */
  public StandInServer inState(String newState) {
    return new StandInServer(
        uuid, name, projectId, userId, host, newState, vcpus, memoryMb, diskGb, extraSpecs);
  }
}
