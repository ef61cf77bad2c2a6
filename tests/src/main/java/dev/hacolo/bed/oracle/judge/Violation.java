package dev.hacolo.bed.oracle.judge;

/**
 * Something that clients of one machine that never failed could not have seen.
 *
 * @param kind its kind
 * @param text what happened, in a sentence
 */
public record Violation(Kind kind, String text) {
  /** Kinds of violations. */
  public enum Kind {
    /** No order of the operations on one key explains the answers. */
    NOT_LINEARISABLE,
    /** An answer that nobody has written. */
    WRONG_ANSWER,
    /** One item of a list was given to two clients. */
    ITEM_TWICE,
    /** An acknowledged item of a list is nowhere. */
    ITEM_LOST,
    /** A token that was handed out is not known. */
    TOKEN_UNKNOWN,
    /** A token was handed out twice. */
    TOKEN_TWICE,
    /** A number was handed out twice. */
    NUMBER_TWICE,
    /** A number was left out, and no unanswered request explains it. */
    NUMBER_SKIPPED,
    /** A later request got a smaller number, or the counter went back. */
    NUMBER_BACK,
    /** Two different bytes were sent at one position of a TCP stream. */
    STREAM_CONFLICT
  }
}
