package dev.hacolo.agent.profile;

import java.util.EnumSet;
import java.util.Set;

/** How requests and answers are delimited. A new service in one of these needs no code. */
public enum Framing {
  /**
   * memcached's text protocol: lines of words, values with a declared length
   * (memcached/doc/protocol.txt). A verb that is not listed is not understood.
   */
  MEMCACHED_TEXT(
      "memcached-text",
      false,
      Answer.BODY,
      Answer.VALUES,
      Answer.LIST,
      Answer.LINE,
      Answer.NONE,
      Answer.UNKNOWN),
  /**
   * The Redis serialisation protocol, versions 2 and 3 without pushes. A verb that is not listed is
   * order-sensitive and has one answer.
   */
  RESP("resp", true, Answer.BODY, Answer.ANY, Answer.UNKNOWN),
  /**
   * HTTP/1.0 and 1.1 (RFC 9112). A method that is not listed is order-sensitive and has one answer.
   */
  HTTP("http", false, Answer.BODY, Answer.ANY, Answer.NO_BODY, Answer.UNKNOWN);

  private final String word;
  private final boolean ignoresCase;
  private final Set<Answer> answers;

  Framing(String word, boolean ignoresCase, Answer first, Answer... others) {
    this.word = word;
    this.ignoresCase = ignoresCase;
    this.answers = EnumSet.of(first, others);
  }

  /** The word for it in a profile. */
  public String word() {
    return word;
  }

  /** Whether {@code get} and {@code GET} are the same verb. */
  boolean ignoresCase() {
    return ignoresCase;
  }

  /** Answers that a verb may have. */
  public Set<Answer> answers() {
    return EnumSet.copyOf(answers);
  }
}
