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
 * @param stoodDown this host's VM was told to stand down: as long as it exists it may not serve
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
    boolean stoodDown,
    @Nullable String reason) {

  /** The pair. */
  public UUID pairId() {
    return order.pairId();
  }

  /** The Nova instance. */
  public UUID instanceUuid() {
    return order.instanceUuid();
  }

  /** The newest generation that this agent has heard of, waiting order included. */
  public long newestGeneration() {
    return next == null ? generation : Math.max(generation, next.generation());
  }

  /** The state before anything was done for an order. */
  static SessionState of(SessionOrder order, Side side, SessionPhase phase) {
    Draft draft = new Draft();
    draft.order = order;
    draft.side = side;
    draft.phase = phase;
    return draft.done();
  }

  SessionState accept(SessionOrder accepted) {
    Draft draft = new Draft(this);
    draft.order = accepted;
    draft.generation = accepted.generation();
    draft.target = accepted.target();
    draft.next = null;
    draft.checkpoints = accepted.generation() == generation ? checkpoints : 0;
    draft.claiming = false;
    draft.reason = null;
    return draft.done();
  }

  /** The same order with another number of vCPUs that the secondary may run. */
  SessionState withSecondaryVcpus(int vcpus) {
    Draft draft = new Draft(this);
    draft.order = order.withPolicy(order.policyOrDefault().withSecondaryVcpus(vcpus));
    return draft.done();
  }

  SessionState withSide(Side value) {
    Draft draft = new Draft(this);
    draft.side = value;
    return draft.done();
  }

  SessionState withPhase(SessionPhase value) {
    Draft draft = new Draft(this);
    draft.phase = value;
    return draft.done();
  }

  SessionState withRunning(@Nullable Plan value) {
    Draft draft = new Draft(this);
    draft.running = value;
    return draft.done();
  }

  SessionState withNext(@Nullable SessionOrder value) {
    Draft draft = new Draft(this);
    draft.next = value;
    return draft.done();
  }

  SessionState withProgress(int disk, int ram) {
    Draft draft = new Draft(this);
    draft.diskPercent = disk;
    draft.ramPercent = ram;
    return draft.done();
  }

  SessionState withCheckpoints(long value) {
    Draft draft = new Draft(this);
    draft.checkpoints = value;
    return draft.done();
  }

  SessionState withClaiming(boolean value) {
    Draft draft = new Draft(this);
    draft.claiming = value;
    return draft.done();
  }

  SessionState withStoodDown(boolean value) {
    Draft draft = new Draft(this);
    draft.stoodDown = value;
    return draft.done();
  }

  SessionState withReason(@Nullable String value) {
    Draft draft = new Draft(this);
    draft.reason = value;
    return draft.done();
  }

  /** A copy that is being changed. */
  @SuppressWarnings("NullAway.Init") // Filled by the two callers of the constructors.
  private static final class Draft {
    SessionOrder order;
    Side side;
    long generation;
    SessionTarget target = SessionTarget.ABSENT;
    SessionPhase phase;
    @Nullable Plan running;
    @Nullable SessionOrder next;
    int diskPercent;
    int ramPercent;
    long checkpoints;
    boolean claiming;
    boolean stoodDown;
    @Nullable String reason;

    Draft() {}

    Draft(SessionState from) {
      order = from.order;
      side = from.side;
      generation = from.generation;
      target = from.target;
      phase = from.phase;
      running = from.running;
      next = from.next;
      diskPercent = from.diskPercent;
      ramPercent = from.ramPercent;
      checkpoints = from.checkpoints;
      claiming = from.claiming;
      stoodDown = from.stoodDown;
      reason = from.reason;
    }

    SessionState done() {
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
          stoodDown,
          reason);
    }
  }
}
