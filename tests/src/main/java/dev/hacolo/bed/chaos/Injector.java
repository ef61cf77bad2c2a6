package dev.hacolo.bed.chaos;

import dev.hacolo.bed.guest.AgentQemus;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.stage.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes faults begin and end on a stage. Not thread-safe. */
final class Injector {
  private static final int RESTART_MINUTES = 3;

  private final Stage stage;
  private final TwoNodeNetwork network;
  private final UUID instance;
  private final List<CompletableFuture<Void>> restarts = new ArrayList<>();

  Injector(Stage stage) {
    this.stage = stage;
    this.network = stage.bed().network();
    this.instance = stage.guest().description().uuid();
  }

  void begin(Fault fault, Roles roles) {
    switch (fault) {
      case PRIMARY_QEMU_KILLED -> killQemu(roles.primary());
      case SECONDARY_QEMU_KILLED -> killQemu(roles.secondary());
      case PRIMARY_NODE_KILLED -> killNode(roles.primary());
      case SECONDARY_NODE_KILLED -> killNode(roles.secondary());
      case PRIMARY_AGENT_KILLED -> stage.running(roles.primary()).kill();
      case SECONDARY_AGENT_KILLED -> stage.running(roles.secondary()).kill();
      case PRIMARY_AGENT_PAUSED -> stage.running(roles.primary()).pause();
      case SECONDARY_AGENT_PAUSED -> stage.running(roles.secondary()).pause();
      case NODES_CUT -> network.cutBetweenNodes(true);
      case PRIMARY_ISOLATED -> network.cutNode(network.node(roles.primary()), true);
      case SECONDARY_ISOLATED -> network.cutNode(network.node(roles.secondary()), true);
      case SERVICE_KILLED -> stage.service().killAndWait();
      case SERVICE_PAUSED -> stage.service().pause();
      case BROKER_KILLED -> stage.broker().kill();
      case DATABASE_KILLED -> stage.database().kill();
      case PRIMARY_CUT_FROM_SERVICE -> network.cutFromControl(network.node(roles.primary()), true);
      case SECONDARY_CUT_FROM_SERVICE ->
          network.cutFromControl(network.node(roles.secondary()), true);
    }
  }

  void end(Fault fault, Roles roles) {
    switch (fault) {
      case PRIMARY_QEMU_KILLED, SECONDARY_QEMU_KILLED -> {}
      case PRIMARY_NODE_KILLED, PRIMARY_AGENT_KILLED -> restart(roles.primary());
      case SECONDARY_NODE_KILLED, SECONDARY_AGENT_KILLED -> restart(roles.secondary());
      case PRIMARY_AGENT_PAUSED -> stage.running(roles.primary()).goOn();
      case SECONDARY_AGENT_PAUSED -> stage.running(roles.secondary()).goOn();
      case NODES_CUT -> network.cutBetweenNodes(false);
      case PRIMARY_ISOLATED -> network.cutNode(network.node(roles.primary()), false);
      case SECONDARY_ISOLATED -> network.cutNode(network.node(roles.secondary()), false);
      case SERVICE_KILLED -> restarts.add(CompletableFuture.runAsync(stage::restartService));
      case SERVICE_PAUSED -> stage.service().goOn();
      case BROKER_KILLED -> restarts.add(CompletableFuture.runAsync(stage.broker()::restart));
      case DATABASE_KILLED -> restarts.add(CompletableFuture.runAsync(stage.database()::restart));
      case PRIMARY_CUT_FROM_SERVICE -> network.cutFromControl(network.node(roles.primary()), false);
      case SECONDARY_CUT_FROM_SERVICE ->
          network.cutFromControl(network.node(roles.secondary()), false);
    }
  }

  /** Returns when all that was started again is ready. */
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
    long killed = AgentQemus.of(node, instance).filter(ProcessHandle::destroyForcibly).count();
    if (killed == 0) {
      stage.guest().qemu().kill(); // The first one, which no agent has started.
    }
  }
}
