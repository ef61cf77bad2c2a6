package dev.hacolo.agent.model;

import org.jspecify.annotations.Nullable;

/** Steps that a part of the pair can take. */
interface Steps {
  /** Takes each of them from a state, on a copy of it. */
  void from(State state, Sink sink);

  /** Takes what a step leads to. */
  interface Sink {
    /**
     * A step.
     *
     * @param client whom it concerns, 0 without
     * @param answer what a VM says, 0 without
     * @param next of use until this returns
     * @param violation what clients must never see, if that is where it leads
     */
    void step(Step step, int client, int answer, State next, @Nullable String violation);
  }
}
