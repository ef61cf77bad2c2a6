package dev.hacolo.agent.domain;

import dev.hacolo.agent.domain.SessionMachine.Step;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;

/** What follows the end of a plan; the part of {@link SessionMachine} that is about it. Pure. */
final class PlanEnds {
  private PlanEnds() {}

  /** The plan did what it was for; the VM may have died all the same, then the phase is GONE. */
  static Step done(SessionState state, Plan plan) {
    SessionState after = left(state, plan);
    SessionOrder next = after.next();
    SessionState open = after.withNext(null);
    if (next != null && SessionMachine.refusal(open, next).isEmpty()) {
      return SessionMachine.start(open.accept(next));
    }
    boolean over = open.target() == SessionTarget.ABSENT;
    boolean wasGone = state.phase() == SessionPhase.GONE;
    return switch (plan) {
      case PREPARE_SECONDARY, PROMOTE -> Step.of(open);
      case HAND_OVER -> HandOver.done(open);
      case ATTACH_PRIMARY ->
          wasGone ? Step.of(open) : Step.of(open, new SessionAction.TellPeerProtected());
      case STOP_VM -> over ? Step.of(open, new SessionAction.Forget()) : Step.of(open);
      case DETACH, DESTROY_SECONDARY -> {
        if (over) {
          yield Step.of(open, new SessionAction.Forget());
        }
        boolean undone = plan == Plan.DESTROY_SECONDARY || open.target() == SessionTarget.PRIMARY;
        yield Step.of(undone && !wasGone ? open.withPhase(SessionPhase.FAILED) : open);
      }
    };
  }

  /** The state that a plan which ended well leaves. */
  private static SessionState left(SessionState state, Plan plan) {
    boolean gone = state.phase() == SessionPhase.GONE;
    return switch (plan) {
      case PREPARE_SECONDARY -> state.withPhase(SessionPhase.READY);
      case ATTACH_PRIMARY ->
          gone ? state : state.withPhase(SessionPhase.PROTECTED).withProgress(100, 100);
      // From here on this host's VM is the serving one, whatever order comes next.
      case PROMOTE ->
          state.withSide(Side.PRIMARY).withPhase(gone ? SessionPhase.GONE : SessionPhase.SOLO);
      case DETACH -> gone ? state : state.withPhase(SessionPhase.SOLO);
      case HAND_OVER -> state;
      case DESTROY_SECONDARY, STOP_VM -> state.withPhase(SessionPhase.GONE);
    };
  }

  /** What the plan left behind is undone, by the order that waits or by a plan of its own. */
  static Step failed(SessionState state, Plan plan, String reason) {
    SessionOrder next = state.next();
    SessionState open = state.withNext(null);
    if (next != null && SessionMachine.refusal(open, next).isEmpty()) {
      return SessionMachine.start(open.accept(next));
    }
    boolean gone = state.phase() == SessionPhase.GONE;
    SessionState failed = gone ? open : open.withReason(reason);
    return switch (plan) {
      case PREPARE_SECONDARY -> SessionMachine.undoSecondary(failed);
      case ATTACH_PRIMARY ->
          gone
              ? Step.of(failed)
              : SessionMachine.run(failed.withPhase(SessionPhase.DETACHING), Plan.DETACH);
      case HAND_OVER -> HandOver.failed(open, reason);
      case PROMOTE, DETACH -> {
        boolean over = gone && failed.target() == SessionTarget.ABSENT;
        yield over
            ? Step.of(failed, new SessionAction.Forget())
            : Step.of(gone ? failed : failed.withPhase(SessionPhase.FAILED));
      }
      // Something of the VM may still be there: the order can be given again.
      case DESTROY_SECONDARY, STOP_VM ->
          Step.of(failed.withPhase(SessionPhase.FAILED).withReason(reason));
    };
  }
}
