package dev.hacolo.agent.domain;

import static dev.hacolo.agent.domain.Plan.ATTACH_PRIMARY;
import static dev.hacolo.agent.domain.Plan.DESTROY_SECONDARY;
import static dev.hacolo.agent.domain.Plan.DETACH;
import static dev.hacolo.agent.domain.Plan.PREPARE_SECONDARY;
import static dev.hacolo.agent.domain.Plan.PROMOTE;
import static dev.hacolo.agent.domain.Plan.STOP_VM;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a session does: (state, event) to (state, actions). Pure.
 *
 * <p>Invariants: at most one plan runs; an order that comes meanwhile waits until that plan has
 * ended. A secondary is promoted only from {@code PROTECTED}. A VM that was told to stand down is
 * never resumed. A failed plan is undone before the session is {@code FAILED}.
 */
public final class SessionMachine {
  private SessionMachine() {}

  /**
   * A state and what to do about it.
   *
   * @param state the new state
   * @param actions in order
   */
  public record Step(SessionState state, List<SessionAction> actions) {
    static Step of(SessionState state, SessionAction... actions) {
      return new Step(state, List.of(actions));
    }
  }

  /** The first state of a session that an order creates; the order itself is then an event. */
  public static SessionState initial(SessionOrder order) {
    Side side = order.target() == SessionTarget.SECONDARY ? Side.SECONDARY : Side.PRIMARY;
    SessionPhase phase = side == Side.PRIMARY ? SessionPhase.SOLO : SessionPhase.PREPARING;
    return new SessionState(
        order, side, 0, SessionTarget.ABSENT, phase, null, null, 0, 0, 0, false, null);
  }

  /** Why an order cannot be accepted in a state, or nothing. */
  public static Optional<String> refusal(SessionState state, SessionOrder order) {
    if (order.generation() < state.generation()) {
      return Optional.of(
          "generation %d is over: this agent is in generation %d"
              .formatted(order.generation(), state.generation()));
    }
    boolean vmServes = state.side() == Side.PRIMARY && state.phase() != SessionPhase.GONE;
    if (order.target() == SessionTarget.SECONDARY && vmServes) {
      return Optional.of("this host runs the instance itself, so it cannot be its secondary");
    }
    if (order.target() == SessionTarget.PRIMARY && state.side() == Side.SECONDARY) {
      return Optional.of("this host's copy is a secondary: only SOLO can make it serve");
    }
    if (order.target() == SessionTarget.SOLO && !canServe(state)) {
      return Optional.of("this host's copy cannot serve alone: its phase is " + state.phase());
    }
    return Optional.empty();
  }

  private static boolean canServe(SessionState state) {
    return switch (state.side()) {
      case PRIMARY -> state.phase() != SessionPhase.GONE;
      case SECONDARY ->
          state.phase() == SessionPhase.PROTECTED || state.phase() == SessionPhase.PROMOTING;
    };
  }

  /** Takes one event. An {@code Ordered} must have passed {@link #refusal}. */
  public static Step on(SessionState state, SessionEvent event) {
    if (event instanceof SessionEvent.Ordered e) {
      return ordered(state, e.order());
    } else if (event instanceof SessionEvent.Advanced e) {
      return Step.of(state.withPhase(e.phase()));
    } else if (event instanceof SessionEvent.Progressed e) {
      return Step.of(state.withProgress(e.diskPercent(), e.ramPercent()));
    } else if (event instanceof SessionEvent.PlanDone e) {
      return planDone(state.withRunning(null), e.plan());
    } else if (event instanceof SessionEvent.PlanFailed e) {
      return planFailed(state.withRunning(null), e.plan(), e.reason());
    } else if (event instanceof SessionEvent.Checkpointed) {
      return Step.of(state.withCheckpoints(state.checkpoints() + 1));
    } else if (event instanceof SessionEvent.PeerProtected) {
      return state.phase() == SessionPhase.READY
          ? Step.of(state.withPhase(SessionPhase.PROTECTED))
          : Step.of(state);
    } else if (event instanceof SessionEvent.PeerLost e) {
      return peerLost(state, e.reason());
    } else if (event instanceof SessionEvent.VmDied e) {
      return vmDied(state, e.reason());
    } else if (event instanceof SessionEvent.Decided e) {
      return decided(state, e.decision());
    }
    throw new IllegalArgumentException("unknown event " + event);
  }

  private static Step ordered(SessionState state, SessionOrder order) {
    boolean repeated =
        order.generation() == state.generation()
            && order.target() == state.target()
            && state.phase() != SessionPhase.FAILED;
    if (repeated) {
      return Step.of(state);
    }
    if (state.running() != null) {
      SessionState waiting = state.withNext(order);
      return state.running() == PREPARE_SECONDARY || state.running() == ATTACH_PRIMARY
          ? Step.of(waiting, new SessionAction.CancelPlan("a newer order came"))
          : Step.of(waiting);
    }
    return start(state.accept(order));
  }

  private static Step start(SessionState state) {
    return switch (state.target()) {
      case SECONDARY ->
          run(
              state.withSide(Side.SECONDARY).withPhase(SessionPhase.PREPARING).withProgress(0, 0),
              PREPARE_SECONDARY);
      case PRIMARY ->
          run(state.withPhase(SessionPhase.ATTACHING).withProgress(0, 0), ATTACH_PRIMARY);
      case SOLO -> goSolo(state);
      case ABSENT -> goAbsent(state);
      case STAND_DOWN -> run(state, STOP_VM);
    };
  }

  private static Step goSolo(SessionState state) {
    if (state.phase() == SessionPhase.SOLO) {
      return Step.of(state);
    }
    return state.side() == Side.SECONDARY
        ? run(state.withPhase(SessionPhase.PROMOTING), PROMOTE)
        : run(state.withPhase(SessionPhase.DETACHING), DETACH);
  }

  private static Step goAbsent(SessionState state) {
    if (state.phase() == SessionPhase.GONE && state.side() == Side.PRIMARY) {
      return Step.of(state, new SessionAction.Forget());
    }
    return run(state, state.side() == Side.SECONDARY ? DESTROY_SECONDARY : DETACH);
  }

  private static Step run(SessionState state, Plan plan) {
    return Step.of(state.withRunning(plan), new SessionAction.Run(plan));
  }

  private static Step planDone(SessionState state, Plan plan) {
    if (plan == PROMOTE) {
      // From here on this host's VM is the serving one, whatever order comes next.
      state = state.withSide(Side.PRIMARY).withPhase(SessionPhase.SOLO);
    }
    SessionOrder next = state.next();
    if (next != null) {
      return resume(state, plan, next);
    }
    return switch (plan) {
      case PREPARE_SECONDARY -> Step.of(state.withPhase(SessionPhase.READY));
      case ATTACH_PRIMARY ->
          Step.of(
              state.withPhase(SessionPhase.PROTECTED).withProgress(100, 100),
              new SessionAction.TellPeerProtected());
      case PROMOTE -> Step.of(state);
      case DETACH -> detached(state);
      case DESTROY_SECONDARY -> destroyed(state);
      case STOP_VM -> Step.of(state.withPhase(SessionPhase.GONE));
    };
  }

  /** Goes on with the order that waited; what the ended plan left is undone by the new one. */
  private static Step resume(SessionState state, Plan ended, SessionOrder next) {
    SessionState settled = ended == DETACH ? state.withPhase(SessionPhase.SOLO) : state;
    if (refusal(settled.withNext(null), next).isPresent()) {
      return planDone(settled.withNext(null), ended);
    }
    return start(settled.accept(next));
  }

  private static Step detached(SessionState state) {
    if (state.target() == SessionTarget.ABSENT) {
      return Step.of(state.withPhase(SessionPhase.SOLO), new SessionAction.Forget());
    }
    boolean failed = state.target() == SessionTarget.PRIMARY;
    return Step.of(state.withPhase(failed ? SessionPhase.FAILED : SessionPhase.SOLO));
  }

  private static Step destroyed(SessionState state) {
    return state.target() == SessionTarget.ABSENT
        ? Step.of(state.withPhase(SessionPhase.GONE), new SessionAction.Forget())
        : Step.of(state.withPhase(SessionPhase.FAILED));
  }

  private static Step planFailed(SessionState state, Plan plan, String reason) {
    if (state.phase() == SessionPhase.GONE) {
      return state.next() == null ? Step.of(state) : start(state.accept(state.next()));
    }
    SessionOrder next = state.next();
    if (next != null && refusal(state.withNext(null), next).isEmpty()) {
      return start(state.accept(next));
    }
    SessionState failed = state.withNext(null).withReason(reason);
    return switch (plan) {
      case PREPARE_SECONDARY -> run(failed, DESTROY_SECONDARY);
      case ATTACH_PRIMARY -> run(failed.withPhase(SessionPhase.DETACHING), DETACH);
      case PROMOTE, DETACH, DESTROY_SECONDARY, STOP_VM ->
          Step.of(failed.withPhase(SessionPhase.FAILED));
    };
  }

  private static Step peerLost(SessionState state, String reason) {
    if (state.phase() == SessionPhase.PROTECTED && !state.claiming()) {
      return Step.of(
          state.withClaiming(true).withReason(reason),
          new SessionAction.SendClaim(Claim.Kind.PEER_LOST, reason));
    }
    if (state.running() == ATTACH_PRIMARY) {
      return Step.of(state, new SessionAction.CancelPlan(reason));
    }
    if (state.side() == Side.SECONDARY && state.phase() == SessionPhase.READY) {
      return run(state.withReason(reason), DESTROY_SECONDARY);
    }
    return Step.of(state);
  }

  private static Step vmDied(SessionState state, String reason) {
    if (state.phase() == SessionPhase.GONE
        || state.running() == STOP_VM
        || state.running() == DESTROY_SECONDARY) {
      return Step.of(state);
    }
    SessionState gone = state.withPhase(SessionPhase.GONE).withReason(reason);
    if (state.phase() == SessionPhase.PROTECTED) {
      return Step.of(
          gone,
          new SessionAction.TellPeerRenounced(reason),
          new SessionAction.SendClaim(Claim.Kind.RENOUNCE, reason));
    }
    return state.running() == null
        ? Step.of(gone)
        : Step.of(gone, new SessionAction.CancelPlan(reason));
  }

  private static Step decided(SessionState state, ClaimDecision decision) {
    SessionState open = state.withClaiming(false);
    if (decision.verdict() == ClaimDecision.Verdict.WAIT
        || decision.generation() < state.generation()) {
      return Step.of(open);
    }
    SessionTarget target =
        decision.verdict() == ClaimDecision.Verdict.GO_SOLO
            ? SessionTarget.SOLO
            : SessionTarget.STAND_DOWN;
    SessionOrder order =
        new SessionOrder(
            state.pairId(),
            state.instanceUuid(),
            decision.generation(),
            target,
            null,
            null,
            null,
            state.order().policy());
    return refusal(open, order).isPresent() ? Step.of(open) : ordered(open, order);
  }
}
