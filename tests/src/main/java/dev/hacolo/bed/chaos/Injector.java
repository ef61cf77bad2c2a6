package dev.hacolo.bed.chaos;

import dev.hacolo.bed.guest.AgentQemus;
import dev.hacolo.bed.net.Disturbance;
import dev.hacolo.bed.net.LinkRelay;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Signals;
import dev.hacolo.bed.stage.Stage;
import dev.hacolo.bed.stage.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes faults begin and end on a stage. Not thread-safe. */
final class Injector {
  private static final int RESTART_MINUTES = 3;

  /** In each direction: a heartbeat's answer comes after two thirds of the suspicion time. */
  private static final Duration DELAY = Duration.ofMillis(130);

  private static final int LOSS_PER_MILLE = 30;
  private static final long SLOW_BYTES_PER_SECOND = 2 << 20;

  /** The replica that gets the orders; the other one is asked how the pair is. */
  private static final int ORDERED_AT = 1;

  private final Stage stage;
  private final TwoNodeNetwork network;
  private final UUID instance;
  private final Orders orders;
  private final List<CompletableFuture<Void>> restarts = new ArrayList<>();
  private final Map<Fault, Effect> effects = new EnumMap<>(Fault.class);
  private @Nullable LinkRelay badLink;

  /** How a fault begins, and how it ends, for who is what when its episode begins. */
  private record Effect(Consumer<Roles> begin, Consumer<Roles> end) {}

  Injector(Stage stage, Timeline timeline) {
    this.stage = stage;
    this.orders = new Orders(stage.operatorApi(ORDERED_AT), timeline);
    this.network = stage.bed().network();
    this.instance = stage.guest().description().uuid();
    ofNodes();
    ofLinks();
    ofControl();
    ofOperator();
  }

  void begin(Fault fault, Roles roles) {
    effect(fault).begin().accept(roles);
  }

  void end(Fault fault, Roles roles) {
    effect(fault).end().accept(roles);
  }

  private Effect effect(Fault fault) {
    return Objects.requireNonNull(effects.get(fault), fault::name);
  }

  private void ofNodes() {
    ofEither(Fault.PRIMARY_QEMU_KILLED, Fault.SECONDARY_QEMU_KILLED, this::killQemu, node -> {});
    ofEither(Fault.PRIMARY_NODE_KILLED, Fault.SECONDARY_NODE_KILLED, this::killNode, this::restart);
    ofEither(
        Fault.PRIMARY_AGENT_KILLED,
        Fault.SECONDARY_AGENT_KILLED,
        node -> stage.running(node).kill(),
        this::restart);
    ofEither(
        Fault.PRIMARY_AGENT_PAUSED,
        Fault.SECONDARY_AGENT_PAUSED,
        node -> stage.running(node).pause(),
        node -> stage.running(node).goOn());
    ofEither(
        Fault.PRIMARY_QEMU_PAUSED,
        Fault.SECONDARY_QEMU_PAUSED,
        node -> qemus(node).forEach(Signals::pause),
        node -> qemus(node).forEach(Signals::goOn));
  }

  private void ofLinks() {
    of(Fault.NODES_CUT, () -> network.cutBetweenNodes(true), () -> network.cutBetweenNodes(false));
    ofEither(
        Fault.PRIMARY_ISOLATED,
        Fault.SECONDARY_ISOLATED,
        node -> network.cutNode(network.node(node), true),
        node -> network.cutNode(network.node(node), false));
    ofEither(
        Fault.PRIMARY_CUT_FROM_SERVICE,
        Fault.SECONDARY_CUT_FROM_SERVICE,
        node -> network.cutFromControl(network.node(node), true),
        node -> network.cutFromControl(network.node(node), false));
    effects.put(
        Fault.PRIMARY_UNHEARD,
        new Effect(
            roles -> unheard(roles.primary(), roles.secondary(), true),
            roles -> unheard(roles.primary(), roles.secondary(), false)));
    effects.put(
        Fault.SECONDARY_UNHEARD,
        new Effect(
            roles -> unheard(roles.secondary(), roles.primary(), true),
            roles -> unheard(roles.secondary(), roles.primary(), false)));
    bad(Fault.LINK_DELAYED, Disturbance.delayed(DELAY));
    bad(Fault.LINK_LOSSY, Disturbance.lossy(LOSS_PER_MILLE));
    bad(Fault.LINK_SLOW, Disturbance.slow(SLOW_BYTES_PER_SECOND));
  }

  private void ofControl() {
    ofService(Fault.SERVICE_KILLED, Fault.SERVICE_PAUSED, 0);
    ofService(Fault.OTHER_SERVICE_KILLED, Fault.OTHER_SERVICE_PAUSED, 1);
    of(
        Fault.BROKER_KILLED,
        () -> stage.broker().kill(),
        () -> restarted(() -> stage.broker().restart()));
    of(
        Fault.DATABASE_KILLED,
        () -> stage.database().kill(),
        () -> restarted(() -> stage.database().restart()));
  }

  private void ofOperator() {
    ordered(Fault.SWITCH_OVER_ORDERED, "switch-over", Map.of());
    ordered(Fault.FAILOVER_ORDERED, "failover", Map.of());
    ordered(Fault.SUSPENSION_ORDERED, "suspend", Map.of(), "resume", Map.of());
    ordered(
        Fault.VCPUS_CHANGED,
        "set-secondary-vcpus",
        Map.of("secondary_vcpus", 1),
        "set-secondary-vcpus",
        Map.of("secondary_vcpus", "flavor"));
    ofEither(
        Fault.PRIMARY_DRAINED,
        Fault.SECONDARY_DRAINED,
        node -> orders.give("/v1/hosts/%s/actions/drain".formatted(node), Map.of()),
        node -> orders.takeBack("/v1/hosts/%s/actions/undrain".formatted(node), Map.of()));
  }

  private void ordered(Fault fault, String action, Map<String, ?> body) {
    effects.put(fault, new Effect(roles -> orders.give(path(roles, action), body), roles -> {}));
  }

  private void ordered(
      Fault fault, String action, Map<String, ?> body, String back, Map<String, ?> backBody) {
    effects.put(
        fault,
        new Effect(
            roles -> orders.give(path(roles, action), body),
            roles -> orders.takeBack(path(roles, back), backBody)));
  }

  private static String path(Roles roles, String action) {
    return "/v1/pairs/%s/actions/%s".formatted(roles.pair(), action);
  }

  private void ofService(Fault killed, Fault paused, int replica) {
    of(
        killed,
        () -> stage.service(replica).killAndWait(),
        () -> restarted(() -> stage.restartService(replica)));
    of(paused, () -> stage.service(replica).pause(), () -> stage.service(replica).goOn());
  }

  private void of(Fault fault, Runnable begin, Runnable end) {
    effects.put(fault, new Effect(roles -> begin.run(), roles -> end.run()));
  }

  /** The same fault on the primary's node and on the secondary's. */
  private void ofEither(
      Fault ofPrimary, Fault ofSecondary, Consumer<String> begin, Consumer<String> end) {
    effects.put(
        ofPrimary,
        new Effect(roles -> begin.accept(roles.primary()), roles -> end.accept(roles.primary())));
    effects.put(
        ofSecondary,
        new Effect(
            roles -> begin.accept(roles.secondary()), roles -> end.accept(roles.secondary())));
  }

  private void bad(Fault fault, Disturbance disturbance) {
    effects.put(fault, new Effect(roles -> disturb(roles, disturbance), roles -> repair()));
  }

  /** Returns when all that was started again is ready, and what was ordered is taken back. */
  void awaitRestarts() {
    try {
      for (CompletableFuture<Void> restart : restarts) {
        restart.get(RESTART_MINUTES, TimeUnit.MINUTES);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new BedException("a part cannot be started again: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while a part was started again", e);
    }
    restarts.clear();
    stage.awaitAgents();
    orders.settle();
  }

  private void restarted(Runnable restart) {
    restarts.add(CompletableFuture.runAsync(restart));
  }

  private void unheard(String from, String to, boolean cut) {
    network.cutOneWay(network.node(from), network.node(to), cut);
  }

  private void disturb(Roles roles, Disturbance disturbance) {
    badLink = network.disturb(network.node(roles.primary()), disturbance);
  }

  private void repair() {
    if (badLink != null) {
      badLink.close();
      badLink = null;
    }
  }

  private void restart(String node) {
    stage.running(node).killAndWait();
    stage.launchAgent(node);
  }

  private void killNode(String node) {
    killQemu(node);
    stage.running(node).kill();
  }

  private void killQemu(String node) {
    qemus(node).forEach(ProcessHandle::destroyForcibly);
  }

  /** The first QEMU is the only one that no agent has started. */
  private List<ProcessHandle> qemus(String node) {
    List<ProcessHandle> started = AgentQemus.of(node, instance).toList();
    return started.isEmpty() ? List.of(stage.guest().qemu().process().toHandle()) : started;
  }
}
