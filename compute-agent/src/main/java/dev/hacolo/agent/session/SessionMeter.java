package dev.hacolo.agent.session;

import dev.hacolo.agent.compare.GateStatistics;
import dev.hacolo.agent.proxy.LeaseFigures;
import dev.hacolo.agent.proxy.PathMeter;
import dev.hacolo.agent.proxy.SecondaryFigures;
import org.jspecify.annotations.Nullable;

/** Passes on the figures of a session's packet path, and keeps the gate's newest. Thread-safe. */
final class SessionMeter implements PathMeter {
  private final PathMeter all;
  private volatile @Nullable GateStatistics newest;

  SessionMeter(PathMeter all) {
    this.all = all;
  }

  /** The gate's figures, a fraction of a second old; null as long as there is no gate. */
  @Nullable GateStatistics gate() {
    return newest;
  }

  @Override
  public void gate(Object gate, GateStatistics now) {
    newest = now;
    all.gate(gate, now);
  }

  @Override
  public void gateEnded(Object gate, GateStatistics last) {
    newest = null;
    all.gateEnded(gate, last);
  }

  @Override
  public void lease(Object gate, LeaseFigures now) {
    all.lease(gate, now);
  }

  @Override
  public void leaseEnded(Object gate, LeaseFigures last) {
    all.leaseEnded(gate, last);
  }

  @Override
  public void secondary(Object secondary, SecondaryFigures now) {
    all.secondary(secondary, now);
  }

  @Override
  public void secondaryEnded(Object secondary, SecondaryFigures last) {
    all.secondaryEnded(secondary, last);
  }

  @Override
  public void translated(Object path, int connections) {
    all.translated(path, connections);
  }
}
