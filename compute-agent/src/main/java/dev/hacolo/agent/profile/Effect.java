package dev.hacolo.agent.profile;

/**
 * What a request does to the state of its service. docs/profiles.md says what each one promises.
 */
public enum Effect {
  /** Changes nothing that an answer to another connection shows. */
  READ("read"),
  /**
   * Writes or deletes one named thing. Afterwards the thing is gone, is what it was, or has in the
   * written place what came with this request (or a computed number), never something from
   * elsewhere in the state.
   */
  OVERWRITE("overwrite"),
  /** Everything else, and whatever is not understood. */
  ORDER_SENSITIVE("order-sensitive");

  private final String word;

  Effect(String word) {
    this.word = word;
  }

  /** The word for it in a profile. */
  public String word() {
    return word;
  }
}
