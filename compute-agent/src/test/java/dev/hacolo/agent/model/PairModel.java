package dev.hacolo.agent.model;

import java.util.List;

/**
 * All steps of a pair and its clients. What takes time in reality is a step of its own if something
 * else in between can make a difference that clients see; the rest is done at once:
 *
 * <ul>
 *   <li>A request is in the primary's QEMU, in its copy at A and on the packet link at once: A
 *       reads the copies before it looks at an output, and loses what it has not sent.
 *   <li>Whether the guest has taken a request out of QEMU's queue is chosen when it stops: before,
 *       it makes no difference. When A dies, it is taken to have acknowledged all that it might.
 *   <li>B's count of inputs and its ledger acknowledgements reach A at once, but what A does about
 *       them comes at any time later. Verdicts and "k is loaded" are on their way, in their order
 *       for each connection and towards each other.
 *   <li>B repeats an input until the secondary VM has it, so the VM can take what B keeps at any
 *       time; repetitions of TCP make no difference.
 *   <li>What leaves arrives at once. What arrives later restricts the order of requests less, and
 *       what is lost on the way has not left.
 *   <li>A dies and B serves in one step: what the secondary VM does between, it might as well do
 *       before or after.
 *   <li>An answer is one symbol at one position: cuts, retransmissions, sequence numbers and
 *       digests are the business of the packages' own tests. Leases, claims and disks are not in
 *       it.
 * </ul>
 */
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
