package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.GateStatistics;

/** Gets the figures of the packet path. Called on its loops: implementations are thread-safe. */
public interface PathMeter {
  /** What a gate holds and has done, some times a second; {@code gate} tells gates apart. */
  void gate(Object gate, GateStatistics now);

  /** A gate holds nothing any more; these are its last figures. */
  void gateEnded(Object gate, GateStatistics last);

  /** So many connections of one VM are translated. */
  void translated(Object path, int connections);
}
