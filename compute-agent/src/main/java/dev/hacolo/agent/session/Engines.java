package dev.hacolo.agent.session;

import dev.hacolo.agent.qemu.AgentProxyEngine;
import dev.hacolo.agent.qemu.Cancellation;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qemu.ProxyEngine;
import dev.hacolo.agent.qemu.StockCompareEngine;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionPolicy;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engines of one session: one is chosen by the policy when a pair is made. Undoing concerns
 * both where it is not known which one an earlier run of the agent had chosen.
 */
final class Engines implements ProxyEngine {
  private final AgentProxyEngine own;
  private final StockCompareEngine stock;
  private @Nullable ProxyEngine chosen;

  Engines(AgentProxyEngine own, StockCompareEngine stock) {
    this.own = own;
    this.stock = stock;
  }

  /** Chooses by the policy of an order. */
  void choose(SessionPolicy policy) {
    chosen = policy.proxy().equals(SessionPolicy.HA_COLO) ? own : stock;
  }

  private ProxyEngine chosen() {
    if (chosen == null) {
      throw new IllegalStateException("no engine is chosen");
    }
    return chosen;
  }

  /** The own engine may still translate for connections of a time when it was chosen. */
  private List<ProxyEngine> concerned() {
    return chosen == own ? List.of(own) : List.of(own, stock);
  }

  @Override
  public Future<Void> prepareSecondary(ColoVm vm, SecondaryEndpoints endpoints) {
    return chosen().prepareSecondary(vm, endpoints);
  }

  @Override
  public Future<Void> attachPrimary(ColoVm vm, SecondaryEndpoints endpoints) {
    return chosen().attachPrimary(vm, endpoints);
  }

  @Override
  public Future<Void> switchOn(ColoVm vm) {
    return chosen().switchOn(vm);
  }

  @Override
  public Future<Void> firstCheckpoint(ColoVm vm, SessionPolicy policy, Cancellation cancellation) {
    return chosen().firstCheckpoint(vm, policy, cancellation);
  }

  @Override
  public void endCheckpoints() {
    own.endCheckpoints();
  }

  @Override
  public Future<Void> detachPrimary(ColoVm vm) {
    return own.detachPrimary(vm).compose(v -> stock.detachPrimary(vm));
  }

  @Override
  public Future<Void> tookOver(ColoVm vm) {
    return forConcerned(engine -> engine.tookOver(vm));
  }

  @Override
  public Future<Void> serve(ColoVm vm) {
    return forConcerned(engine -> engine.serve(vm));
  }

  @Override
  public Future<Void> leave(ColoVm vm) {
    return forConcerned(engine -> engine.leave(vm));
  }

  private Future<Void> forConcerned(java.util.function.Function<ProxyEngine, Future<Void>> step) {
    Future<Void> chain = Future.succeededFuture();
    for (ProxyEngine engine : concerned()) {
      chain = chain.compose(v -> step.apply(engine));
    }
    return chain;
  }

  @Override
  public boolean isInPath() {
    return own.isInPath();
  }

  @Override
  public boolean keeps(ColoVm vm, String chardev) {
    return own.keeps(vm, chardev);
  }

  @Override
  public void close() {
    own.close();
    stock.close();
  }
}
