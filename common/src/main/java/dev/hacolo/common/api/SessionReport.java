package dev.hacolo.common.api;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * State of an agent's session, sent with every heartbeat and at once when it changes.
 *
 * @param pairId the pair
 * @param instanceUuid the Nova instance
 * @param generation generation of the last order that was accepted
 * @param target target of the last order that was accepted
 * @param phase how far the session has come
 * @param diskPercent progress of the disk copy, 0 to 100
 * @param ramPercent progress of the RAM copy, 0 to 100
 * @param checkpoints checkpoints completed in this generation
 * @param guestRunning whether this host's VM of the pair runs its guest
 * @param endpoints where the secondary listens, from {@code READY} on
 * @param reason one sentence for a person: why the session is in this phase; required when FAILED
 * @param checkpointSummary primary whose outputs the agents compare: its checkpoints, renewed every
 *     minute and when the phase changes
 * @param vcpuAllocation secondary: how its vCPUs are confined; present as long as its VM exists,
 *     and on a promoted VM as long as a limit could not be lifted
 * @param pathLoad primary whose outputs the agents compare: how it did in the last seconds
 */
public record SessionReport(
    UUID pairId,
    UUID instanceUuid,
    long generation,
    SessionTarget target,
    SessionPhase phase,
    int diskPercent,
    int ramPercent,
    long checkpoints,
    boolean guestRunning,
    @Nullable SecondaryEndpoints endpoints,
    @Nullable String reason,
    @Nullable CheckpointSummary checkpointSummary,
    @Nullable VcpuAllocation vcpuAllocation,
    @Nullable PathLoad pathLoad) {

  /** Checks every field. */
  public SessionReport {
    Checks.present(pairId, "pair_id");
    Checks.present(instanceUuid, "instance_uuid");
    Checks.range(generation, 1, Long.MAX_VALUE, "generation");
    Checks.present(target, "target");
    Checks.present(phase, "phase");
    Checks.range(diskPercent, 0, 100, "disk_percent");
    Checks.range(ramPercent, 0, 100, "ram_percent");
    Checks.range(checkpoints, 0, Long.MAX_VALUE, "checkpoints");
  }
}
