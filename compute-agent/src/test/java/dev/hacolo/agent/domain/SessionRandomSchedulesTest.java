package dev.hacolo.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any order of events keeps the machine's invariants; the seed replays a failure. */
final class SessionRandomSchedulesTest {
  private static final int SCHEDULES = 1_500;
  private static final int EVENTS = 30;
  private static final int MOST_PLANS_TO_REST = 4;

  @ParameterizedTest
  @ValueSource(longs = {1, 20_180_901, 42})
  void invariantsHold(long seed) {
    Random random = new Random(seed);
    int promotions = 0;
    int protections = 0;
    int handOvers = 0;
    for (int schedule = 0; schedule < SCHEDULES; schedule++) {
      Run run = new Run(random);
      try {
        for (int i = 0; i < EVENTS && !run.over; i++) {
          run.randomEvent();
        }
        run.comeToRest();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed %d, schedule %d: %s".formatted(seed, schedule, run.history), e);
      }
      promotions += run.promotions;
      protections += run.protections;
      handOvers += run.handOvers;
    }
    // The schedules reach what the invariants are about.
    assertThat(promotions).isGreaterThan(SCHEDULES / 50);
    assertThat(protections).isGreaterThan(SCHEDULES / 10);
    assertThat(handOvers).isGreaterThan(SCHEDULES / 300);
  }

  /** One schedule, with an own account of what a VM may still do. */
  private static final class Run {
    private final Random random;
    private final Deque<Object> history = new ArrayDeque<>();
    private SessionState state;
    private @Nullable Plan running;
    private @Nullable Plan lastPlan;
    private boolean wasProtected;
    private boolean stopped;
    private boolean over;
    private int promotions;
    private int protections;
    private int handOvers;

    Run(Random random) {
      this.random = random;
      SessionTarget[] firsts = {
        SessionTarget.SECONDARY, SessionTarget.PRIMARY, SessionTarget.SECONDARY, SessionTarget.SOLO
      };
      SessionOrder first = Orders.of(firsts[random.nextInt(firsts.length)], 1);
      if (random.nextInt(8) == 0) {
        Side side = random.nextBoolean() ? Side.PRIMARY : Side.SECONDARY;
        SessionMachine.Step step = SessionMachine.recovered(first, side);
        history.add("recovered %s %s".formatted(side, first.target()));
        // A promotion that was decided before the restart.
        wasProtected = side == Side.SECONDARY && first.target() == SessionTarget.SOLO;
        state = step.state();
        step.actions().forEach(this::check);
      } else {
        state = SessionMachine.initial(first);
        take(new SessionEvent.Ordered(first));
      }
    }

    void randomEvent() {
      int dice = random.nextInt(100);
      if (dice < 35 && running != null) {
        end(random.nextInt(4) != 0);
      } else if (dice < 55) {
        randomOrder();
      } else if (dice < 70) {
        take(new SessionEvent.PeerProtected());
      } else if (dice < 80) {
        take(new SessionEvent.PeerLost("lost"));
      } else if (dice < 85) {
        take(new SessionEvent.VmDied("died"));
      } else if (dice < 92) {
        randomDecision();
      } else if (dice < 94) {
        randomHandOver();
      } else if (dice < 97) {
        SessionPhase[] phases = {SessionPhase.MIRRORING, SessionPhase.FIRST_CHECKPOINT};
        take(new SessionEvent.Advanced(phases[random.nextInt(2)]));
      } else {
        take(new SessionEvent.Checkpointed());
      }
    }

    private void randomOrder() {
      SessionTarget[] targets = SessionTarget.values();
      long generation = Math.max(1, state.generation() + random.nextInt(4) - 1);
      SessionOrder order = Orders.of(targets[random.nextInt(targets.length)], generation);
      if (SessionMachine.refusal(state, order).isEmpty()) {
        take(new SessionEvent.Ordered(order));
      }
    }

    private void randomHandOver() {
      if (HandOver.refusal(state, state.generation()).isEmpty()) {
        take(new SessionEvent.HandOverOrdered());
      }
    }

    private void randomDecision() {
      ClaimDecision.Verdict[] verdicts = ClaimDecision.Verdict.values();
      long generation = Math.max(1, state.generation() + random.nextInt(3) - 1);
      take(
          new SessionEvent.Decided(
              new ClaimDecision(
                  state.pairId(), generation, verdicts[random.nextInt(verdicts.length)], "so")));
    }

    private void end(boolean well) {
      Plan plan = Objects.requireNonNull(running);
      running = null;
      take(well ? new SessionEvent.PlanDone(plan) : new SessionEvent.PlanFailed(plan, "failed"));
    }

    /** With no more events from outside, every session comes to rest after a few plans. */
    void comeToRest() {
      for (int plans = 0; running != null; plans++) {
        assertThat(plans).isLessThan(MOST_PLANS_TO_REST);
        end(plans > 0);
      }
    }

    private void take(SessionEvent event) {
      history.add(
          event instanceof SessionEvent.Ordered e
              ? List.of(e.order().target(), e.order().generation())
              : event);
      SessionState before = state;
      SessionMachine.Step step = SessionMachine.on(state, event);
      state = step.state();
      require(step.actions().size() <= 3, "few actions");
      require(state.generation() >= before.generation(), "generations grow");
      if (state.phase() == SessionPhase.PROTECTED && before.phase() != SessionPhase.PROTECTED) {
        wasProtected = true;
        protections++;
      }
      step.actions().forEach(this::check);
      require(state.running() == running, "the running plan");
      checkPhases(before.phase());
    }

    private void checkPhases(SessionPhase before) {
      if (state.phase() == SessionPhase.FAILED && before != SessionPhase.FAILED) {
        assertThat(lastPlan).as("undone").isNotIn(Plan.ATTACH_PRIMARY, Plan.PREPARE_SECONDARY);
      }
      if (before == SessionPhase.GONE && state.phase() != SessionPhase.GONE) {
        assertThat(lastPlan)
            .as("GONE is left for a new VM, or because something of the old one is still there")
            .isIn(Plan.PREPARE_SECONDARY, Plan.DESTROY_SECONDARY, Plan.STOP_VM);
      }
      if (state.phase() == SessionPhase.PROTECTED) {
        require(!stopped, "a protected VM exists");
      }
    }

    /** Plain, because it is asked some hundred thousand times. */
    private static void require(boolean holds, String what) {
      if (!holds) {
        throw new AssertionError(what);
      }
    }

    private void check(SessionAction action) {
      if (action instanceof SessionAction.Run run) {
        assertThat(running).as("one plan at a time").isNull();
        begin(run.plan());
      } else if (action instanceof SessionAction.CancelPlan) {
        assertThat(running).as("a plan to cancel").isNotNull();
      } else if (action instanceof SessionAction.Forget) {
        assertThat(running).isNull();
        assertThat(state.target()).isEqualTo(SessionTarget.ABSENT);
        over = true;
      } else if (action instanceof SessionAction.SendClaim claim) {
        assertThat(wasProtected).isTrue();
        assertThat(stopped).isFalse();
        boolean renounces = claim.kind() == Claim.Kind.RENOUNCE;
        assertThat(renounces).isEqualTo(state.phase() == SessionPhase.GONE);
        // A VM that died in the midst of a hand-over says so before the plan has ended.
        assertThat(running).isIn(renounces ? new Plan[] {null, Plan.HAND_OVER} : new Plan[] {null});
      } else if (action instanceof SessionAction.TellPeerProtected) {
        assertThat(state.phase()).isEqualTo(SessionPhase.PROTECTED);
      }
    }

    private void begin(Plan plan) {
      switch (plan) {
        case PREPARE_SECONDARY -> {
          stopped = false;
          wasProtected = false;
        }
        case PROMOTE -> {
          assertThat(wasProtected).as("only a protected secondary is promoted").isTrue();
          assertThat(stopped).as("never after a stop").isFalse();
          promotions++;
        }
        case ATTACH_PRIMARY -> assertThat(stopped).as("never after a stop").isFalse();
        case HAND_OVER -> {
          assertThat(state.phase()).isEqualTo(SessionPhase.PROTECTED);
          handOvers++;
        }
        case DETACH -> assertThat(stopped).as("detaching resumes the VM").isFalse();
        case DESTROY_SECONDARY, STOP_VM -> stopped = true;
      }
      running = plan;
      lastPlan = plan;
    }
  }
}
