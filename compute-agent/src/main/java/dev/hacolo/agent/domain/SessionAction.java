package dev.hacolo.agent.domain;

import dev.hacolo.common.api.Claim;

/** What the session's adapter has to do next. */
public sealed interface SessionAction {
  /** Carry out a plan; answer with {@code PlanDone} or {@code PlanFailed}. */
  record Run(Plan plan) implements SessionAction {}

  /** End the running plan at its next step; it answers {@code PlanFailed}. */
  record CancelPlan(String reason) implements SessionAction {}

  /** Confine the secondary's vCPUs to the number that the order's policy now names. */
  record AdjustVcpus() implements SessionAction {}

  /** Send a claim to the service until it is decided. */
  record SendClaim(Claim.Kind kind, String reason) implements SessionAction {}

  /** Tell the secondary's agent that the first checkpoint is over. */
  record TellPeerProtected() implements SessionAction {}

  /** Tell the peer that this host's VM is dead, or sends nothing any more. */
  record TellPeerRenounced(String reason) implements SessionAction {}

  /** This host's VM stays the primary: its outputs leave again. */
  record ReopenOutputs() implements SessionAction {}

  /**
   * Look for the serving VM of an earlier run of this agent; answer {@code VmDied} if it is gone.
   */
  record FindVm() implements SessionAction {}

  /** The session is over: close what it holds and forget it. */
  record Forget() implements SessionAction {}
}
