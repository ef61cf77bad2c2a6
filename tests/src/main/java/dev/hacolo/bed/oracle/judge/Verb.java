package dev.hacolo.bed.oracle.judge;

/** What a client can ask for. */
public enum Verb {
  /** The value of a key, or {@link Operation#ABSENT}. */
  GET(false),
  /** Writes a value; {@code OK}. */
  SET(true),
  /** Removes a key; {@code 1} if it was there, else {@code 0}. */
  DELETE(true),
  /** Appends to a value; {@code OK}, or {@code NO} if there is none. */
  APPEND(true),
  /** Puts an item at the head of a list; the list's new length. */
  PUSH_LEFT(true),
  /** Puts an item at the end of a list; the list's new length. */
  PUSH_RIGHT(true),
  /** Takes the head of a list; the item, or {@link Operation#ABSENT}. */
  POP_LEFT(true),
  /** The item at a place of a list, counted from 0, or {@link Operation#ABSENT}. */
  AT(false),
  /** All items of a list, each followed by a comma. */
  ALL(false),
  /** The next number. */
  NEXT(true),
  /** A new token: its number, a space, the token. */
  TOKEN(true),
  /** Whether a token, named by its number, a space and itself, is known; {@code 1} or {@code 0}. */
  CHECK(false),
  /** How many tokens and, behind a space, how many numbers there have been. */
  COUNT(false);

  private final boolean changes;

  Verb(boolean changes) {
    this.changes = changes;
  }

  /** Whether it may change what others see. */
  public boolean changes() {
    return changes;
  }
}
