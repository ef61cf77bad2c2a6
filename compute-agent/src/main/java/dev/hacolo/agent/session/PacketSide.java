package dev.hacolo.agent.session;

import dev.hacolo.agent.checkpoint.CheckpointObserver;
import dev.hacolo.agent.compare.GatePolicy;
import dev.hacolo.agent.lease.OutputDeadline;
import dev.hacolo.agent.proxy.Knowledge;
import dev.hacolo.agent.proxy.PacketLinkTls;
import dev.hacolo.agent.proxy.PacketLoops;
import dev.hacolo.agent.proxy.PathMeter;
import dev.hacolo.agent.proxy.VmPath;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qemu.EpochPages;
import dev.hacolo.common.api.PathLoad;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPolicy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a session has on the packet path: the way of its VM's frames and the engines for it. */
final class PacketSide {
  private static final long LEAVE_MILLIS = 1000;

  private final VmPath path;
  private final SessionMeter meter;
  private final LoadWindow load = new LoadWindow();
  private final Engines engines;
  private final Context home;
  private Future<Void> leaving = Future.succeededFuture();
  private long timer = -1;

  /** What all sessions of the agent share. */
  record Surroundings(
      Context home,
      PacketLoops loops,
      PacketLinkTls tls,
      PathMeter meter,
      Knowledge knowledge,
      Function<UUID, EpochPages> pages) {}

  PacketSide(
      Surroundings around,
      Plans plans,
      UUID instance,
      OutputDeadline deadline,
      VmPath.Losses losses,
      CheckpointObserver observer) {
    home = around.home();
    meter = new SessionMeter(around.meter());
    path =
        new VmPath(
            around.home(),
            around.loops(),
            around.tls(),
            meter,
            around.knowledge(),
            deadline,
            losses);
    engines = plans.engines(instance, path, observer, around.pages().apply(instance));
  }

  Engines engines() {
    return engines;
  }

  /**
   * Takes over an order's peer and policy.
   *
   * @return whether the agents compare, and so need a packet link
   */
  boolean pair(SessionOrder order) {
    SessionPolicy policy = order.policyOrDefault();
    engines.choose(policy);
    path.pair(new VmPath.Pairing(order.peer(), order.pairId(), order.generation(), rules(policy)));
    return policy.proxy().equals(SessionPolicy.HA_COLO);
  }

  /** See {@link LoadWindow#load}. */
  @Nullable PathLoad load(long pausedNanos, long now) {
    return load.load(meter.gate(), pausedNanos, now);
  }

  private static GatePolicy rules(SessionPolicy policy) {
    return GatePolicy.DEFAULT
        .within(Runtime.getRuntime().maxMemory())
        .withRelease(release(policy.release()))
        .withMaxHold(Duration.ofMillis(policy.maxHoldMs()).toNanos());
  }

  private static GatePolicy.Release release(String name) {
    return switch (name) {
      case SessionPolicy.RELEASE_ALL -> GatePolicy.Release.ALL;
      case SessionPolicy.RELEASE_STRICT -> GatePolicy.Release.STRICT;
      case SessionPolicy.RELEASE_PROVENANCE -> GatePolicy.Release.PROVENANCE;
      default -> GatePolicy.Release.COMPARE;
    };
  }

  /**
   * Takes the agent out of the path of a VM that serves alone, as soon as no connection needs it.
   */
  void leaveLater(ColoVm vm) {
    stay();
    timer =
        home.owner()
            .setPeriodic(
                LEAVE_MILLIS,
                t -> {
                  if (!engines.isInPath()) {
                    stay();
                  } else if (leaving.isComplete()) {
                    leaving = engines.leave(vm).otherwiseEmpty();
                  }
                });
  }

  /** Ends {@link #leaveLater}; completes when nothing is on its way out any more. */
  Future<Void> stay() {
    home.owner().cancelTimer(timer);
    return leaving;
  }

  void close() {
    stay();
    engines.close();
  }
}
