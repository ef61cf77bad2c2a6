package dev.hacolo.agent.domain;

import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;

/** Something that happened to a session. */
public sealed interface SessionEvent {
  /** An order of the service that {@link SessionMachine#refusal} accepts. */
  record Ordered(SessionOrder order) implements SessionEvent {}

  /** A hand-over that {@link HandOver#refusal} accepts. */
  record HandOverOrdered() implements SessionEvent {}

  /** The running plan reached a phase. */
  record Advanced(SessionPhase phase) implements SessionEvent {}

  /** The running plan's copies came this far, in percent. */
  record Progressed(int diskPercent, int ramPercent) implements SessionEvent {}

  /** The running plan ended well. */
  record PlanDone(Plan plan) implements SessionEvent {}

  /** The running plan ended early; one sentence says why. */
  record PlanFailed(Plan plan, String reason) implements SessionEvent {}

  /** A checkpoint completed on this host's VM. */
  record Checkpointed() implements SessionEvent {}

  /** The primary's agent says that the first checkpoint is over on both sides. */
  record PeerProtected() implements SessionEvent {}

  /** The peer, its VM or the COLO stream is gone, as far as this agent can see. */
  record PeerLost(String reason) implements SessionEvent {}

  /** This host's VM has ended. */
  record VmDied(String reason) implements SessionEvent {}

  /** The service decided on this agent's claim. */
  record Decided(ClaimDecision decision) implements SessionEvent {}
}
