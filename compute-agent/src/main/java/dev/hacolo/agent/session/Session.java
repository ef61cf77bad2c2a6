package dev.hacolo.agent.session;

import dev.hacolo.agent.domain.HandOver;
import dev.hacolo.agent.domain.Plan;
import dev.hacolo.agent.domain.SessionAction;
import dev.hacolo.agent.domain.SessionEvent;
import dev.hacolo.agent.domain.SessionMachine;
import dev.hacolo.agent.domain.SessionState;
import dev.hacolo.agent.domain.Side;
import dev.hacolo.agent.peer.PeerLink;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pair's part on this host: feeds events to the {@link SessionMachine} and carries out what it
 * decides. Event-loop confined.
 */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Surroundings around;
  private final Workshop workshop;
  private final Deque<SessionEvent> events = new ArrayDeque<>();
  private SessionState state;
  private Future<Void> kept = Future.succeededFuture();
  private boolean dispatching;
  private boolean forgotten;

  /** What a session needs of the agent around it. */
  interface Surroundings {
    /** This host's name. */
    String host();

    /** Sends claims. */
    Claims claims();

    /**
     * Something changed: keep it, and tell the service. Completes, always well, when what must
     * outlive the agent is on disk.
     */
    Future<Void> changed(SessionState before, SessionState after);

    /** The session is over. */
    void forget(UUID pairId);
  }

  Session(Surroundings around, SessionState initial, Workshop.Tools tools) {
    this.around = around;
    this.state = initial;
    this.workshop = new Workshop(tools, initial.pairId(), initial.instanceUuid(), this::on);
  }

  SessionState state() {
    return state;
  }

  /** Takes an order; a refused one changes nothing and is answered with one sentence. */
  Optional<String> order(SessionOrder order) {
    Optional<String> refusal = SessionMachine.refusal(state, order);
    if (refusal.isEmpty()) {
      on(new SessionEvent.Ordered(order));
    }
    return refusal;
  }

  /** Hands the primary's role over; a refusal changes nothing and is answered with one sentence. */
  Optional<String> handOver(long generation) {
    Optional<String> refusal = HandOver.refusal(state, generation);
    if (refusal.isEmpty()) {
      on(new SessionEvent.HandOverOrdered());
    }
    return refusal;
  }

  /** Why a peer link cannot be taken, or null. */
  @Nullable String linkRefusal(String peerHost, long generation) {
    var peer = state.order().peer();
    if (peer == null || !peer.host().equals(peerHost)) {
      return "the peer of this pair is not " + peerHost;
    }
    if (generation != state.generation() || state.phase() != SessionPhase.READY) {
      return "generation %d cannot be joined: here it is %d, phase %s"
          .formatted(generation, state.generation(), state.phase());
    }
    return null;
  }

  void linked(PeerLink link) {
    workshop.link(link);
  }

  /** Goes on where an earlier run of this agent left off. */
  void recover(SessionMachine.Step first) {
    state = first.state();
    first.actions().forEach(this::perform);
  }

  /** Handles an event, after those that are being handled. */
  private void on(SessionEvent event) {
    events.add(event);
    if (dispatching) {
      return;
    }
    dispatching = true;
    try {
      for (SessionEvent next = events.poll(); next != null; next = events.poll()) {
        step(next);
      }
    } finally {
      dispatching = false;
    }
  }

  private void step(SessionEvent event) {
    SessionState before = state;
    SessionMachine.Step step = SessionMachine.on(state, event);
    state = step.state();
    if (before.phase() != state.phase()) {
      workshop.checkpoints().renew(System.nanoTime());
      LOG.info(
          "pair {} generation {}: {} -> {}{}",
          state.pairId(),
          state.generation(),
          before.phase(),
          state.phase(),
          state.reason() == null ? "" : ": " + state.reason());
    }
    Future<Void> keeping = around.changed(before, state);
    kept = kept.compose(v -> keeping);
    step.actions().forEach(this::perform);
  }

  private void perform(SessionAction action) {
    if (action instanceof SessionAction.Run run) {
      run(run.plan());
    } else if (action instanceof SessionAction.CancelPlan cancel) {
      workshop.cancel(cancel.reason());
    } else if (action instanceof SessionAction.AdjustVcpus) {
      workshop.secondaryVcpus(state.order().policyOrDefault().secondaryVcpus());
    } else if (action instanceof SessionAction.SendClaim claim) {
      claim(claim);
    } else if (action instanceof SessionAction.TellPeerProtected) {
      workshop.tellProtected(state.generation());
    } else if (action instanceof SessionAction.TellPeerRenounced renounced) {
      workshop.tellRenounced(state.generation(), renounced.reason());
    } else if (action instanceof SessionAction.ReopenOutputs) {
      workshop.reopenOutputs();
    } else if (action instanceof SessionAction.FindVm) {
      workshop.find(state.instanceUuid());
    } else if (action instanceof SessionAction.Forget) {
      forgotten = true;
      workshop.close();
      around.forget(state.pairId());
    }
  }

  /** The order is on disk before it is carried out: a restart must know of a promotion. */
  private void run(Plan plan) {
    workshop
        .run(plan, state, kept)
        .onComplete(
            done ->
                on(
                    done.succeeded()
                        ? new SessionEvent.PlanDone(plan)
                        : new SessionEvent.PlanFailed(
                            plan, String.valueOf(done.cause().getMessage()))));
  }

  private void claim(SessionAction.SendClaim action) {
    long generation = state.generation();
    Claim claim =
        new Claim(
            state.pairId(),
            generation,
            around.host(),
            UUID.randomUUID(),
            action.kind(),
            action.reason());
    boolean takesOver = action.kind() == Claim.Kind.PEER_LOST && state.side() == Side.SECONDARY;
    Future<Void> first = takesOver ? workshop.endPeersLease() : Future.succeededFuture();
    first.onComplete(
        v ->
            around
                .claims()
                .send(
                    claim,
                    () -> isWanted(action.kind(), generation),
                    decision -> on(new SessionEvent.Decided(decision))));
  }

  /** A copy that died meanwhile has no use for the pair; that it died stays to be said. */
  private boolean isWanted(Claim.Kind kind, long generation) {
    return !forgotten
        && state.generation() == generation
        && (kind == Claim.Kind.RENOUNCE || state.claiming());
  }

  /** The session as the service sees it, from what is known here. */
  SessionReport report() {
    return report(workshop.guestAlive());
  }

  /** The same, after asking QEMU. */
  Future<SessionReport> liveReport() {
    return workshop.guestRunning().map(this::report);
  }

  private SessionReport report(boolean guestRunning) {
    return new SessionReport(
        state.pairId(),
        state.instanceUuid(),
        Math.max(1, state.generation()),
        state.target(),
        state.phase(),
        state.diskPercent(),
        state.ramPercent(),
        state.checkpoints(),
        guestRunning,
        state.phase() == SessionPhase.READY || state.phase() == SessionPhase.PROTECTED
            ? workshop.endpoints()
            : null,
        state.reason(),
        workshop.checkpoints().summary(System.nanoTime()),
        workshop.vcpuAllocation(),
        workshop.pathLoad(System.nanoTime()));
  }
}
