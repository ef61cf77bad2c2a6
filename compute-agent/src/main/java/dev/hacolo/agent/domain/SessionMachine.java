package dev.hacolo.agent.domain;

import static dev.hacolo.agent.domain.Plan.ATTACH_PRIMARY;
import static dev.hacolo.agent.domain.Plan.DESTROY_SECONDARY;
import static dev.hacolo.agent.domain.Plan.DETACH;
import static dev.hacolo.agent.domain.Plan.HAND_OVER;
import static dev.hacolo.agent.domain.Plan.PREPARE_SECONDARY;
import static dev.hacolo.agent.domain.Plan.PROMOTE;
import static dev.hacolo.agent.domain.Plan.STOP_VM;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a session does: (state, event) to (state, actions). Pure.
 *
 * <p>Invariants: at most one plan runs; an order that comes meanwhile waits until that plan has
 * ended. A secondary is promoted only from {@code PROTECTED}, or again after a promotion that
 * failed. A VM that was told to stand down is never resumed. A failed plan is undone before the
 * session is {@code FAILED}. {@code GONE} is left only by an order that starts a new VM.
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
    return order.target() == SessionTarget.SECONDARY
        ? SessionState.of(order, Side.SECONDARY, SessionPhase.PREPARING)
        : SessionState.of(order, Side.PRIMARY, SessionPhase.SOLO);
  }

  /**
   * Takes up a session of an agent that was restarted. A secondary has missed inputs and goes,
   * unless its promotion had been decided: then it is the only copy, and is promoted to the end. A
   * serving VM is looked for; what becomes of it is the service's to say.
   *
   * @param order the order that was being carried out
   * @param side which VM this host ran
   */
  public static Step recovered(SessionOrder order, Side side) {
    SessionState state =
        SessionState.of(order, side, SessionPhase.FAILED)
            .accept(order)
            .withReason("the agent was restarted");
    return switch (order.target()) {
      case STAND_DOWN -> stop(state.withStoodDown(true));
      case SOLO ->
          side == Side.SECONDARY
              ? run(state.withPhase(SessionPhase.PROMOTING), PROMOTE)
              : Step.of(state.withPhase(SessionPhase.SOLO), new SessionAction.FindVm());
      case SECONDARY, PRIMARY, ABSENT -> {
        if (side == Side.SECONDARY) {
          yield run(state.withPhase(SessionPhase.GONE), DESTROY_SECONDARY);
        }
        yield order.target() == SessionTarget.ABSENT
            ? run(state.withPhase(SessionPhase.DETACHING), DETACH)
            : Step.of(state, new SessionAction.FindVm());
      }
    };
  }

  /** Why an order cannot be accepted in a state, or nothing. */
  public static Optional<String> refusal(SessionState state, SessionOrder order) {
    if (order.generation() < state.newestGeneration()) {
      return Optional.of(
          "generation %d is over: this agent is in generation %d"
              .formatted(order.generation(), state.newestGeneration()));
    }
    return switch (order.target()) {
      case SECONDARY -> secondaryRefusal(state);
      case PRIMARY -> primaryRefusal(state);
      case SOLO -> soloRefusal(state);
      case ABSENT, STAND_DOWN -> Optional.empty();
    };
  }

  private static Optional<String> secondaryRefusal(SessionState state) {
    return state.side() == Side.PRIMARY && state.phase() != SessionPhase.GONE
        ? Optional.of("this host runs the instance itself, so it cannot be its secondary")
        : Optional.empty();
  }

  private static Optional<String> primaryRefusal(SessionState state) {
    if (state.side() == Side.SECONDARY) {
      return Optional.of("this host's copy is a secondary: only SOLO can make it serve");
    }
    return servingRefusal(state);
  }

  private static Optional<String> soloRefusal(SessionState state) {
    boolean promotable =
        switch (state.phase()) {
          case PROTECTED, PROMOTING -> true;
          case FAILED -> state.target() == SessionTarget.SOLO;
          default -> false;
        };
    return state.side() == Side.SECONDARY && !promotable
        ? Optional.of("this host's copy cannot serve alone: its phase is " + state.phase())
        : servingRefusal(state);
  }

  private static Optional<String> servingRefusal(SessionState state) {
    if (state.phase() == SessionPhase.GONE) {
      return Optional.of("this host's VM of the pair has ended");
    }
    return state.stoodDown()
        ? Optional.of("this host's copy was told to stand down, so it may not serve again")
        : Optional.empty();
  }

  /** Takes one event. An {@code Ordered} must have passed {@link #refusal}. */
  public static Step on(SessionState state, SessionEvent event) {
    if (event instanceof SessionEvent.Ordered e) {
      return ordered(state, e.order());
    } else if (event instanceof SessionEvent.HandOverOrdered) {
      return HandOver.begin(state);
    } else if (event instanceof SessionEvent.Advanced e) {
      return Step.of(attaching(state) ? state.withPhase(e.phase()) : state);
    } else if (event instanceof SessionEvent.Progressed e) {
      return Step.of(
          attaching(state) ? state.withProgress(e.diskPercent(), e.ramPercent()) : state);
    } else if (event instanceof SessionEvent.PlanDone e) {
      return PlanEnds.done(state.withRunning(null), e.plan());
    } else if (event instanceof SessionEvent.PlanFailed e) {
      return PlanEnds.failed(state.withRunning(null), e.plan(), e.reason());
    } else if (event instanceof SessionEvent.Checkpointed) {
      return Step.of(state.withCheckpoints(state.checkpoints() + 1));
    } else if (event instanceof SessionEvent.PeerProtected) {
      return Step.of(
          idle(state, SessionPhase.READY) ? state.withPhase(SessionPhase.PROTECTED) : state);
    } else if (event instanceof SessionEvent.PeerLost e) {
      return peerLost(state, e.reason());
    } else if (event instanceof SessionEvent.VmDied e) {
      return vmDied(state, e.reason());
    } else if (event instanceof SessionEvent.Decided e) {
      return decided(state, e.decision());
    }
    throw new IllegalArgumentException("unknown event " + event);
  }

  private static boolean attaching(SessionState state) {
    return state.running() == ATTACH_PRIMARY && state.phase() != SessionPhase.GONE;
  }

  private static boolean idle(SessionState state, SessionPhase phase) {
    return state.phase() == phase && state.running() == null;
  }

  private static Step ordered(SessionState state, SessionOrder order) {
    boolean repeated =
        order.generation() == state.generation()
            && order.target() == state.target()
            && (state.running() != null || state.phase() != SessionPhase.FAILED);
    if (repeated) {
      return again(state, order);
    }
    if (state.running() != null) {
      SessionState waiting = state.withNext(order);
      return switch (state.running()) {
        case PREPARE_SECONDARY, ATTACH_PRIMARY, HAND_OVER ->
            Step.of(waiting, new SessionAction.CancelPlan("a newer order came"));
        case PROMOTE, DETACH, DESTROY_SECONDARY, STOP_VM -> Step.of(waiting);
      };
    }
    return start(state.accept(order));
  }

  /** Nothing of an order changes in its generation but how many vCPUs the secondary may run. */
  private static Step again(SessionState state, SessionOrder order) {
    int wanted = order.policyOrDefault().secondaryVcpus();
    boolean other = wanted != state.order().policyOrDefault().secondaryVcpus();
    return other && order.target() == SessionTarget.SECONDARY && state.side() == Side.SECONDARY
        ? Step.of(state.withSecondaryVcpus(wanted), new SessionAction.AdjustVcpus())
        : Step.of(state);
  }

  /** Begins to work on the order that the state has accepted. */
  static Step start(SessionState state) {
    return switch (state.target()) {
      case SECONDARY ->
          run(
              state
                  .withSide(Side.SECONDARY)
                  .withStoodDown(false)
                  .withPhase(SessionPhase.PREPARING)
                  .withProgress(0, 0),
              PREPARE_SECONDARY);
      case PRIMARY ->
          run(state.withPhase(SessionPhase.ATTACHING).withProgress(0, 0), ATTACH_PRIMARY);
      case SOLO -> goSolo(state);
      case ABSENT -> goAbsent(state);
      case STAND_DOWN -> stop(state.withStoodDown(true));
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
    if (state.stoodDown() && state.phase() != SessionPhase.GONE) {
      return stop(state);
    }
    if (state.side() == Side.SECONDARY) {
      return undoSecondary(state);
    }
    return state.phase() == SessionPhase.GONE
        ? Step.of(state, new SessionAction.Forget())
        : run(state.withPhase(SessionPhase.DETACHING), DETACH);
  }

  /** From here on the secondary cannot be promoted any more. */
  static Step undoSecondary(SessionState state) {
    return run(takingAway(state), DESTROY_SECONDARY);
  }

  private static Step stop(SessionState state) {
    return run(takingAway(state), STOP_VM);
  }

  private static SessionState takingAway(SessionState state) {
    return state.phase() == SessionPhase.GONE ? state : state.withPhase(SessionPhase.DETACHING);
  }

  static Step run(SessionState state, Plan plan) {
    return Step.of(state.withRunning(plan), new SessionAction.Run(plan));
  }

  private static Step peerLost(SessionState state, String reason) {
    if (idle(state, SessionPhase.PROTECTED) && !state.claiming()) {
      return Step.of(
          state.withClaiming(true).withReason(reason),
          new SessionAction.SendClaim(Claim.Kind.PEER_LOST, reason));
    }
    if (state.running() == HAND_OVER && !state.claiming()) {
      return HandOver.peerLost(state, reason);
    }
    if (state.running() == ATTACH_PRIMARY) {
      return Step.of(state, new SessionAction.CancelPlan(reason));
    }
    if (state.side() == Side.SECONDARY && idle(state, SessionPhase.READY)) {
      return undoSecondary(state.withReason(reason));
    }
    return Step.of(state);
  }

  private static Step vmDied(SessionState state, String reason) {
    if (state.phase() == SessionPhase.GONE
        || state.running() == STOP_VM
        || state.running() == DESTROY_SECONDARY) {
      return Step.of(state);
    }
    if (state.running() == PREPARE_SECONDARY) {
      return Step.of(state, new SessionAction.CancelPlan(reason));
    }
    if (state.side() == Side.SECONDARY && idle(state, SessionPhase.READY)) {
      return undoSecondary(state.withReason(reason));
    }
    SessionState gone = state.withPhase(SessionPhase.GONE).withClaiming(false).withReason(reason);
    List<SessionAction> actions = new ArrayList<>();
    if (state.running() != null) {
      actions.add(new SessionAction.CancelPlan(reason));
    }
    if (state.phase() == SessionPhase.PROTECTED) {
      actions.add(new SessionAction.TellPeerRenounced(reason));
      actions.add(new SessionAction.SendClaim(Claim.Kind.RENOUNCE, reason));
    }
    return new Step(gone, actions);
  }

  /** An order of the decision's generation that came first is the service's later word. */
  private static Step decided(SessionState state, ClaimDecision decision) {
    SessionState open = state.withClaiming(false);
    boolean serve = decision.verdict() == ClaimDecision.Verdict.GO_SOLO;
    boolean overtaken = serve && decision.generation() <= state.newestGeneration();
    if (overtaken || decision.verdict() == ClaimDecision.Verdict.WAIT) {
      return Step.of(open);
    }
    SessionTarget target = serve ? SessionTarget.SOLO : SessionTarget.STAND_DOWN;
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
