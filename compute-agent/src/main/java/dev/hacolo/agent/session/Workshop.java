package dev.hacolo.agent.session;

import dev.hacolo.agent.allocation.VcpuAllocator;
import dev.hacolo.agent.domain.Plan;
import dev.hacolo.agent.domain.SessionEvent;
import dev.hacolo.agent.domain.SessionState;
import dev.hacolo.agent.domain.Side;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.metrics.CheckpointMetrics;
import dev.hacolo.agent.peer.PeerEndpoint;
import dev.hacolo.agent.peer.PeerLink;
import dev.hacolo.agent.proxy.VmPath;
import dev.hacolo.agent.qemu.Cancellation;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qemu.Progress;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.PathLoad;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.VcpuAllocation;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live things of one session (monitor, secondary, peer link) and the plans that work on them.
 * Whatever happens to them becomes an event of the session. Event-loop confined.
 */
final class Workshop {
  private static final Logger LOG = LoggerFactory.getLogger(Workshop.class);

  private final Tools tools;
  private final UUID pairId;
  private final Consumer<SessionEvent> events;
  private Cancellation cancellation = new Cancellation();
  private Future<Void> settling = Future.succeededFuture();
  private @Nullable ColoVm vm;
  private @Nullable PeerLink link;
  private @Nullable SecondaryEndpoints endpoints;
  private @Nullable PacketSide packets;
  private final SecondaryVcpus vcpus;
  private final SessionCheckpoints checkpoints;
  private final SessionLease lease;

  /** What all sessions of the agent share. */
  record Tools(
      Plans plans,
      Supplier<PeerEndpoint> peers,
      PortPool ports,
      Consumer<Long> pauseNanos,
      CheckpointMetrics checkpoints,
      PacketSide.Surroundings packets,
      VcpuAllocator vcpus,
      SessionLease.Host leases) {}

  Workshop(Tools tools, UUID pairId, UUID instance, Consumer<SessionEvent> events) {
    this.tools = tools;
    this.pairId = pairId;
    this.events = events;
    this.vcpus = new SecondaryVcpus(tools.vcpus(), tools.plans()::guestVcpus, instance);
    this.checkpoints = new SessionCheckpoints(tools.checkpoints());
    this.lease = new SessionLease(tools.leases(), instance);
  }

  /** The account of the checkpoints that the VM takes as a primary. */
  SessionCheckpoints checkpoints() {
    return checkpoints;
  }

  /** How many vCPUs the secondary may run, from now on and for the next one. */
  void secondaryVcpus(int active) {
    vcpus.want(active);
  }

  /** How the VM's vCPUs are confined; null where nothing confines them. */
  @Nullable VcpuAllocation vcpuAllocation() {
    return vcpus.now();
  }

  /** How the VM's outputs fared in the last seconds, if it is a primary. */
  @Nullable PathLoad pathLoad(long now) {
    return packets == null ? null : packets.load(checkpoints.pauseNanos(), now);
  }

  @Nullable SecondaryEndpoints endpoints() {
    return endpoints;
  }

  /**
   * Carries out a plan.
   *
   * @param first what the plan waits for; it can be cancelled meanwhile
   */
  Future<Void> run(Plan plan, SessionState state, Future<Void> first) {
    Cancellation mine = new Cancellation();
    cancellation = mine;
    // Also what a step throws before it has a future becomes a failure, and so an event.
    return first.compose(v -> mine.step(() -> carryOut(plan, state, mine)));
  }

  private Future<Void> carryOut(Plan plan, SessionState state, Cancellation mine) {
    return switch (plan) {
      case PREPARE_SECONDARY -> prepare(state, mine);
      case ATTACH_PRIMARY -> attach(state, mine);
      case PROMOTE -> promote(state.instanceUuid());
      case HAND_OVER -> handOver(state, mine);
      case DETACH -> detach(state.instanceUuid());
      case DESTROY_SECONDARY -> destroy(state.instanceUuid());
      case STOP_VM -> stop(state);
    };
  }

  void cancel(String reason) {
    cancellation.cancel(reason);
  }

  private Future<Void> prepare(SessionState state, Cancellation mine) {
    GuestDescription guest = Objects.requireNonNull(state.order().guest(), "guest");
    closeLink("a new secondary is prepared");
    forgetVm();
    PacketSide mySide = packets(state.instanceUuid());
    vcpus.want(state.order().policyOrDefault().secondaryVcpus());
    return lease
        .lift()
        .compose(v -> tools.ports().take(pairId, guest, mySide.pair(state.order())))
        .compose(
            taken -> {
              endpoints = taken;
              return tools.plans().prepare(state.order(), taken, mySide.engines(), mine);
            })
        .compose(started -> vcpus.confine(started.vm()).compose(v -> watch(started.vm())));
  }

  private Future<Void> attach(SessionState state, Cancellation mine) {
    closeLink("a new secondary is attached");
    PacketSide mySide = packets(state.instanceUuid());
    return settled(state.instanceUuid())
        .compose(guest -> mySide.stay().compose(v -> watch(guest)))
        .compose(v -> mine.step(() -> openLink(state)))
        .compose(v -> mine.step(() -> attach(state, mySide, mine)));
  }

  private Future<Void> attach(SessionState state, PacketSide mySide, Cancellation mine) {
    mySide.pair(state.order());
    checkpoints.generation(state.generation());
    return tools
        .plans()
        .attach(theVm(), state.order(), mySide.engines(), progress(), mine)
        .compose(v -> mine.step(() -> lease.arm(taps(theVm().guest()))));
  }

  /** No output leaves while the last state goes over: there is nothing that it does not contain. */
  private Future<Void> handOver(SessionState state, Cancellation mine) {
    ColoVm primary = theVm();
    lease.close();
    return tools
        .plans()
        .lastCheckpoint(primary, state.order().policyOrDefault(), mine)
        .compose(v -> mine.step(Future::succeededFuture));
  }

  /** After a hand-over that came to nothing. */
  void reopenOutputs() {
    lease.reopen();
  }

  private static List<String> taps(GuestDescription guest) {
    return guest.nics().stream().map(GuestDescription.Nic::tap).toList();
  }

  private Future<Void> openLink(SessionState state) {
    var peer = Objects.requireNonNull(state.order().peer(), "peer");
    return tools
        .peers()
        .get()
        .open(peer, state.pairId(), state.generation())
        .map(
            opened -> {
              link(opened);
              return null;
            });
  }

  private Progress progress() {
    return new Progress() {
      @Override
      public void phase(SessionPhase phase) {
        events.accept(new SessionEvent.Advanced(phase));
      }

      @Override
      public void percent(int disk, int ram) {
        events.accept(new SessionEvent.Progressed(disk, ram));
      }
    };
  }

  /** The plan is over when the guest serves; making it an ordinary guest goes on behind. */
  private Future<Void> promote(UUID instance) {
    Future<Void> alone = lease.endPeers();
    closeLink("the secondary takes over");
    return alone
        .compose(v -> theVmOrOpen(instance))
        .compose(
            promoted ->
                watch(promoted)
                    .compose(v -> tools.plans().cutOff(promoted, engines(promoted)))
                    .compose(v -> vcpus.lift(promoted))
                    .compose(v -> tools.plans().promote(promoted, engines(promoted)))
                    .onSuccess(v -> settling = settle(promoted)));
  }

  private Future<Void> settle(ColoVm promoted) {
    return tools
        .plans()
        .settle(promoted, engines(promoted))
        .onSuccess(v -> tools.ports().release(pairId))
        .onSuccess(v -> packets(promoted.guest().uuid()).leaveLater(promoted))
        .onFailure(
            e ->
                LOG.error(
                    "{}: the promoted guest is not settled: {}",
                    promoted.guest().name(),
                    e.getMessage()));
  }

  /**
   * The serving VM as an ordinary guest: what failed of a promotion's rest is tried again. One
   * after the other, whoever asks.
   */
  private Future<ColoVm> settled(UUID instance) {
    Future<ColoVm> guest =
        settling
            .otherwiseEmpty()
            .compose(v -> theVmOrOpen(instance))
            .compose(
                open ->
                    tools
                        .plans()
                        .isUnsettled(instance)
                        .compose(unsettled -> unsettled ? settle(open) : Future.succeededFuture())
                        .map(open));
    settling = guest.mapEmpty();
    return guest;
  }

  private Future<ColoVm> theVmOrOpen(UUID instance) {
    return vm == null ? tools.plans().open(instance) : Future.succeededFuture(vm);
  }

  private Future<Void> detach(UUID instance) {
    closeLink("protection ends");
    return lease
        .lift()
        .compose(v -> settled(instance))
        .compose(
            guest ->
                tools
                    .plans()
                    .detach(guest, engines(guest))
                    .onSuccess(v -> packets(instance).leaveLater(guest)));
  }

  private Future<Void> destroy(UUID instance) {
    closeLink("the secondary is removed");
    forgetVm();
    tools.ports().release(pairId);
    endpoints = null;
    return tools.plans().destroy(instance).onSuccess(v -> vcpus.forget());
  }

  private Future<Void> stop(SessionState state) {
    closeLink("this copy stands down");
    forgetVm();
    UUID instance = state.instanceUuid();
    return tools
        .plans()
        .kill(instance)
        .compose(v -> lease.lift())
        .compose(v -> state.side() == Side.SECONDARY ? destroy(instance) : Future.succeededFuture())
        .onSuccess(v -> vcpus.forget());
  }

  private PacketSide packets(UUID instance) {
    if (packets == null) {
      packets =
          new PacketSide(
              tools.packets(),
              tools.plans(),
              instance,
              lease.deadline(),
              packetLosses(),
              checkpoints);
    }
    return packets;
  }

  private Engines engines(ColoVm guest) {
    return packets(guest.guest().uuid()).engines();
  }

  private VmPath.Losses packetLosses() {
    return new VmPath.Losses() {
      @Override
      public void linkLost(String reason) {
        events.accept(new SessionEvent.PeerLost(reason));
      }

      /** A QEMU that has ended is told of by its monitor; this is about one that has not. */
      @Override
      public void socketLost(String reason) {
        ColoVm owner = vm;
        if (owner != null) {
          owner
              .qmp()
              .command("query-status")
              .onSuccess(v -> events.accept(new SessionEvent.PeerLost(reason)));
        }
      }
    };
  }

  private Future<Void> watch(ColoVm opened) {
    if (vm == opened) {
      return Future.succeededFuture();
    }
    vm = opened;
    opened.observe(
        new ColoVm.Observer() {
          @Override
          public void checkpointed(long pauseNanos) {
            tools.pauseNanos().accept(pauseNanos);
            events.accept(new SessionEvent.Checkpointed());
          }

          @Override
          public void coloExit(String reason) {
            events.accept(new SessionEvent.PeerLost(reason));
          }
        });
    opened
        .qmp()
        .closed()
        .onComplete(
            v -> {
              if (vm == opened) {
                vm = null;
                vcpus.forget();
                events.accept(new SessionEvent.VmDied("QEMU has ended"));
              }
            });
    return Future.succeededFuture();
  }

  private ColoVm theVm() {
    if (vm == null) {
      throw new StepException("QEMU has ended");
    }
    return vm;
  }

  private void forgetVm() {
    if (vm != null) {
      vm.observe(new ColoVm.Observer() {});
    }
    vm = null;
    if (packets != null) {
      packets.close();
      packets = null;
    }
  }

  /** Takes a link, whichever side opened it. */
  void link(PeerLink opened) {
    closeLink("a newer link replaces this one");
    link = opened;
    lease.link(opened);
    opened.observe(
        new PeerLink.Observer() {
          @Override
          public void peerProtected() {
            events.accept(new SessionEvent.PeerProtected());
          }

          @Override
          public void peerRenounced(String reason) {
            lease.peerRenounced();
            events.accept(new SessionEvent.PeerLost("the peer gave up its copy: " + reason));
          }

          @Override
          public void peerLost(String reason) {
            events.accept(new SessionEvent.PeerLost(reason));
          }
        });
  }

  private void closeLink(String reason) {
    if (link != null) {
      link.close(reason);
      link = null;
    }
  }

  /** Completes when the peer's VM can send nothing any more: see {@link SessionLease#endPeers}. */
  Future<Void> endPeersLease() {
    return lease.endPeers();
  }

  void tellProtected(long generation) {
    if (link != null) {
      link.tellProtected(generation);
    }
  }

  void tellRenounced(long generation, String reason) {
    if (link != null) {
      link.tellRenounced(generation, reason);
    }
  }

  boolean guestAlive() {
    return vm != null && vm.qmp().isOpen();
  }

  Future<Boolean> guestRunning() {
    return vm == null
        ? Future.succeededFuture(false)
        : vm.running().recover(e -> Future.succeededFuture(false));
  }

  /** After a restart of the agent: looks for the serving VM, and goes on making it ordinary. */
  void find(UUID instance) {
    tools
        .plans()
        .open(instance)
        .compose(this::watch)
        .onFailure(e -> events.accept(new SessionEvent.VmDied("its QEMU does not run")))
        .onSuccess(v -> settled(instance));
  }

  void close() {
    closeLink("the session is over");
    tools.ports().release(pairId);
    forgetVm();
    lease.lift();
  }
}
