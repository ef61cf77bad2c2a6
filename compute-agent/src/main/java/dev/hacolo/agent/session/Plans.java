package dev.hacolo.agent.session;

import dev.hacolo.agent.checkpoint.CheckpointObserver;
import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.driver.GuestDriver;
import dev.hacolo.agent.driver.SecondaryVm;
import dev.hacolo.agent.qemu.AgentProxyEngine;
import dev.hacolo.agent.qemu.Cancellation;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qemu.EpochPages;
import dev.hacolo.agent.qemu.Names;
import dev.hacolo.agent.qemu.PacketPath;
import dev.hacolo.agent.qemu.PrimaryColo;
import dev.hacolo.agent.qemu.Progress;
import dev.hacolo.agent.qemu.ProxyEngine;
import dev.hacolo.agent.qemu.QemuTls;
import dev.hacolo.agent.qemu.SecondaryColo;
import dev.hacolo.agent.qemu.StockCompareEngine;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPolicy;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** The steps behind each {@link dev.hacolo.agent.domain.Plan}, for any session of this host. */
final class Plans {
  /** A guest whose outputs are closed waits no longer for its last checkpoint. */
  private static final Duration LAST_CHECKPOINT = Duration.ofSeconds(5);

  private final GuestDriver driver;
  private final AgentConfig config;
  private final QemuTls tls;

  Plans(GuestDriver driver, AgentConfig config) {
    this.driver = driver;
    this.config = config;
    this.tls = new QemuTls(config.qemuTlsDirectory());
  }

  /** Engines for a session whose own proxies are behind the given path. */
  Engines engines(UUID instance, PacketPath path, CheckpointObserver observer, EpochPages pages) {
    String prefix = config.paths().run().resolve(Names.socketPrefix(instance)).toString();
    return new Engines(
        new AgentProxyEngine(path, prefix, observer, pages), new StockCompareEngine(tls, prefix));
  }

  /** Why an order's policy is not carried out here, or nothing. */
  Optional<String> refusal(SessionPolicy policy) {
    boolean unsafe = policy.release().equals(SessionPolicy.RELEASE_ALL);
    return unsafe && !config.unsafeRelease()
        ? Optional.of(
            "policy.release is 'all': it loses data and is for benchmarks only; this agent is not"
                + " set up for it (benchmark.unsafe_release)")
        : Optional.empty();
  }

  private PrimaryColo primary(ProxyEngine engine) {
    return new PrimaryColo(tls, engine, config.qemu().syncDeadline());
  }

  private SecondaryColo secondary(ProxyEngine engine) {
    return new SecondaryColo(tls, engine, config.qemu().syncDeadline());
  }

  /** Starts a secondary and opens its exports. */
  Future<SecondaryVm> prepare(
      SessionOrder order,
      SecondaryEndpoints endpoints,
      ProxyEngine engine,
      Cancellation cancellation) {
    GuestDescription guest = Objects.requireNonNull(order.guest(), "guest");
    String peerHost = Objects.requireNonNull(order.peer(), "peer").host();
    return driver
        .startSecondary(guest)
        .compose(
            started ->
                cancellation
                    .step(
                        () ->
                            secondary(engine)
                                .prepare(
                                    started.vm(),
                                    endpoints,
                                    peerHost,
                                    started.active(),
                                    started.hidden()))
                    .map(started));
  }

  /** vCPUs of the guests that run on this host. */
  Future<Integer> guestVcpus() {
    return driver
        .guests()
        .map(
            all ->
                all.stream()
                    .filter(HostReport.Guest::running)
                    .mapToInt(guest -> guest.description().vcpus())
                    .sum());
  }

  /** Opens the monitor of the guest that is to be protected. */
  Future<ColoVm> open(UUID instance) {
    return driver.open(instance);
  }

  /** Brings a guest to its first checkpoint. */
  Future<Void> attach(
      ColoVm vm,
      SessionOrder order,
      ProxyEngine engine,
      Progress progress,
      Cancellation cancellation) {
    SecondaryEndpoints endpoints = Objects.requireNonNull(order.endpoints(), "endpoints");
    return primary(engine).attach(vm, endpoints, order.policyOrDefault(), progress, cancellation);
  }

  /** One more checkpoint of a protected guest. */
  Future<Void> lastCheckpoint(ColoVm vm, SessionPolicy policy, Cancellation cancellation) {
    return PrimaryColo.checkpoint(
        vm, policy.maxCheckpointIntervalMs(), LAST_CHECKPOINT, cancellation);
  }

  /** Takes COLO off a guest. */
  Future<Void> detach(ColoVm vm, ProxyEngine engine) {
    return primary(engine).detach(vm);
  }

  /** Comes before anything else of a promotion; always well. */
  Future<Void> cutOff(ColoVm vm, ProxyEngine engine) {
    return secondary(engine).cutOff(vm);
  }

  /** Makes a secondary serve. */
  Future<Void> promote(ColoVm vm, ProxyEngine engine) {
    GuestDescription guest = vm.guest();
    return driver
        .promoting(vm)
        .compose(v -> secondary(engine).promote(vm, () -> driver.openTaps(guest)));
  }

  /** Makes a promoted secondary an ordinary guest. */
  Future<Void> settle(ColoVm vm, ProxyEngine engine) {
    return secondary(engine).settle(vm).compose(v -> driver.adopt(vm));
  }

  /** Whether {@link #settle} is still to be done. */
  Future<Boolean> isUnsettled(UUID instance) {
    return driver.isUnsettled(instance);
  }

  /** Ends a secondary and removes its files. */
  Future<Void> destroy(UUID instance) {
    return driver.removeSecondary(instance);
  }

  /** Kills the instance's VM. */
  Future<Void> kill(UUID instance) {
    return driver.kill(instance);
  }
}
