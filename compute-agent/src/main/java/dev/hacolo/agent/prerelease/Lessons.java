package dev.hacolo.agent.prerelease;

/** Takes bodies that may be worth knowing. */
@FunctionalInterface
public interface Lessons {
  /**
   * A body that had to wait and that both VMs have sent; to be looked for in the guest's memory.
   *
   * @param body given away
   * @param context see {@link dev.hacolo.agent.provenance.ContentIndex#synced}
   * @param framing likewise
   */
  void learn(byte[] body, long context, long framing);
}
