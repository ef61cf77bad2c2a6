package dev.hacolo.agent.domain;

import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * State of one session; immutable.
 *
 * @param order the order that is being carried out
 * @param side which VM this host runs
 * @param generation generation of the last accepted order or granted claim
 * @param target what the session works towards
 * @param phase how far it has come
 * @param running plan in progress
 * @param next order that waits until the running plan has ended
 * @param diskPercent progress of the disk copy
 * @param ramPercent progress of the RAM copy
 * @param checkpoints checkpoints completed in this generation
 * @param claiming a claim is on its way
 * @param reason why the session is in this phase, for a person
 */
public record SessionState(
    SessionOrder order,
    Side side,
    long generation,
    SessionTarget target,
    SessionPhase phase,
    @Nullable Plan running,
    @Nullable SessionOrder next,
    int diskPercent,
    int ramPercent,
    long checkpoints,
    boolean claiming,
    @Nullable String reason) {

  /** The pair. */
  public UUID pairId() {
    return order.pairId();
  }

  /** The Nova instance. */
  public UUID instanceUuid() {
    return order.instanceUuid();
  }

  SessionState accept(SessionOrder accepted) {
    return new SessionState(
        accepted,
        side,
        accepted.generation(),
        accepted.target(),
        phase,
        running,
        null,
        diskPercent,
        ramPercent,
        accepted.generation() == generation ? checkpoints : 0,
        false,
        null);
  }

  SessionState withSide(Side value) {
    return new SessionState(
        order,
        value,
        generation,
        target,
        phase,
        running,
        next,
        diskPercent,
        ramPercent,
        checkpoints,
        claiming,
        reason);
  }

  SessionState withPhase(SessionPhase value) {
    return new SessionState(
        order,
        side,
        generation,
        target,
        value,
        running,
        next,
        diskPercent,
        ramPercent,
        checkpoints,
        claiming,
        reason);
  }

  SessionState withRunning(@Nullable Plan value) {
    return new SessionState(
        order,
        side,
        generation,
        target,
        phase,
        value,
        next,
        diskPercent,
        ramPercent,
        checkpoints,
        claiming,
        reason);
  }

  SessionState withNext(@Nullable SessionOrder value) {
    return new SessionState(
        order,
        side,
        generation,
        target,
        phase,
        running,
        value,
        diskPercent,
        ramPercent,
        checkpoints,
        claiming,
        reason);
  }

  SessionState withProgress(int disk, int ram) {
    return new SessionState(
        order,
        side,
        generation,
        target,
        phase,
        running,
        next,
        disk,
        ram,
        checkpoints,
        claiming,
        reason);
  }

  SessionState withCheckpoints(long value) {
    return new SessionState(
        order,
        side,
        generation,
        target,
        phase,
        running,
        next,
        diskPercent,
        ramPercent,
        value,
        claiming,
        reason);
  }

  SessionState withClaiming(boolean value) {
    return new SessionState(
        order,
        side,
        generation,
        target,
        phase,
        running,
        next,
        diskPercent,
        ramPercent,
        checkpoints,
        value,
        reason);
  }

  SessionState withReason(@Nullable String value) {
    return new SessionState(
        order,
        side,
        generation,
        target,
        phase,
        running,
        next,
        diskPercent,
        ramPercent,
        checkpoints,
        claiming,
        value);
  }
}
