package dev.hacolo.agent.model;

import java.util.List;

/** All steps of a pair and its clients. See docs/consistency.md for what is in it. */
final class PairModel implements Steps {
  private final List<Steps> parts;

  PairModel(Setup setup) {
    Survivor survivor = new Survivor(setup);
    PrimarySide primary = new PrimarySide(setup, survivor);
    SecondarySide secondary = new SecondarySide(setup);
    parts = List.of(primary, secondary, new CheckpointSteps(setup, primary, secondary), survivor);
  }

  /** Both VMs run on the same state; a checkpoint was taken before. */
  static State start() {
    return new State();
  }

  @Override
  public void from(State state, Sink sink) {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).from(state, sink);
    }
  }
}
