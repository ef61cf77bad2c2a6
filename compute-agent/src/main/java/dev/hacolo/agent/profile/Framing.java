package dev.hacolo.agent.profile;

import java.util.Set;

/** How requests and answers are delimited. A new service in one of these needs no code. */
public enum Framing {
  /**
   * memcached's text protocol: lines of words, values with a declared length
   * (memcached/doc/protocol.txt). A verb that is not listed is not understood.
   */
  MEMCACHED_TEXT("memcached-text", false),
  /**
   * The Redis serialisation protocol, versions 2 and 3 without pushes. A verb that is not listed is
   * order-sensitive and has one answer.
   */
  RESP("resp", true),
  /**
   * HTTP/1.0 and 1.1 (RFC 9112). A method that is not listed is order-sensitive and has one answer.
   */
  HTTP("http", false);

  private final String word;
  private final boolean ignoresCase;

  Framing(String word, boolean ignoresCase) {
    this.word = word;
    this.ignoresCase = ignoresCase;
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
    return switch (this) {
      case MEMCACHED_TEXT ->
          Set.of(Answer.BODY, Answer.VALUES, Answer.LIST, Answer.LINE, Answer.NONE, Answer.UNKNOWN);
      case RESP -> Set.of(Answer.BODY, Answer.ANY, Answer.UNKNOWN);
      case HTTP -> Set.of(Answer.BODY, Answer.ANY, Answer.NO_BODY, Answer.UNKNOWN);
    };
  }
}
