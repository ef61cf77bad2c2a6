package dev.hacolo.agent.qemu;

import dev.hacolo.common.api.SessionPhase;

/** Told how far a plan has come, on the event loop. */
public interface Progress {
  /** The plan reached a phase. */
  void phase(SessionPhase phase);

  /** The copies came this far, in percent. */
  void percent(int disk, int ram);
}
