package dev.hacolo.agent.profile;

/** How the answer to a verb is framed; which ones there are depends on the {@link Framing}. */
public enum Answer {
  /** Exactly one body in the template of the framing; everything else that the framing allows. */
  BODY("body"),
  /** Whatever the framing says one answer is; nothing in it is a body. */
  ANY("any"),
  /** One line. */
  LINE("line"),
  /** Any number of values, then END (memcached). */
  VALUES("values"),
  /** Lines up to END, RESET or OK (memcached). */
  LIST("list"),
  /** A head that announces a body which does not come (HTTP HEAD). */
  NO_BODY("no-body"),
  /** There is none. */
  NONE("none"),
  /** Nobody knows: the connection is not followed any further. */
  UNKNOWN("unknown");

  private final String word;

  Answer(String word) {
    this.word = word;
  }

  /** The word for it in a profile. */
  public String word() {
    return word;
  }
}
