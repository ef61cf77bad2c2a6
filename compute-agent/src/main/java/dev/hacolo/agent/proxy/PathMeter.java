package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.GateStatistics;

/** Gets the figures of the packet path. Called on its loops: implementations are thread-safe. */
public interface PathMeter {
  /** What a gate holds and has done, some times a second; {@code gate} tells gates apart. */
  void gate(Object gate, GateStatistics now);

  /** A gate holds nothing any more; these are its last figures. */
  void gateEnded(Object gate, GateStatistics last);

  /** What is done for a secondary, some times a second; {@code secondary} tells them apart. */
  void secondary(Object secondary, SecondaryFigures now);

  /** Nothing is done for a secondary any more; these are its last figures. */
  void secondaryEnded(Object secondary, SecondaryFigures last);

  /** What waits for a primary's lease, some times a second; {@code gate} as above. */
  default void lease(Object gate, LeaseFigures now) {}

  /** Nothing waits for it any more; these are its last figures. */
  default void leaseEnded(Object gate, LeaseFigures last) {}

  /** So many connections of one VM are translated. */
  void translated(Object path, int connections);
}
