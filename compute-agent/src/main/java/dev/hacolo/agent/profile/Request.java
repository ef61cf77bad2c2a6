package dev.hacolo.agent.profile;

/**
 * A request of a connection. The object belongs to its {@link Conversation} and is used again: read
 * it while it is told, keep its values.
 */
public final class Request {
  private long number;
  private Effect effect = Effect.ORDER_SENSITIVE;
  private long subject;
  private boolean known;

  /** Whether the sink has heard of it. */
  boolean told;

  /** Whether its last byte has come. */
  boolean received;

  Answer answer = Answer.UNKNOWN;

  /** Names service, session and request. */
  long context;

  /** Whether a block of data followed the line (memcached). */
  boolean block;

  /** What its answer has to repeat (memcached: the key); bytes behind the length are old. */
  byte[] echo = NOTHING;

  int echoLength;

  private static final byte[] NOTHING = new byte[0];

  Request() {}

  void clear(long newNumber) {
    number = newNumber;
    effect = Effect.ORDER_SENSITIVE;
    subject = 0;
    known = false;
    told = false;
    received = false;
    answer = Answer.UNKNOWN;
    context = 0;
    block = false;
    echoLength = 0;
  }

  void is(Effect newEffect, long newSubject) {
    effect = newEffect;
    subject = newSubject;
    known = true;
  }

  void echo(byte[] data, int from, int to) {
    if (echo.length < to - from) {
      echo = new byte[Math.max(32, to - from)];
    }
    echoLength = to - from;
    System.arraycopy(data, from, echo, 0, echoLength);
  }

  /** Place in the connection, from 0. A request that is told twice has one number. */
  public long number() {
    return number;
  }

  /** What it does; order-sensitive as long as that is not known. */
  public Effect effect() {
    return effect;
  }

  /**
   * Keyed hash of the service and the name of the thing that the request is about, 0 for none. The
   * session, such as a chosen database, is not in it: things of the same name count as one.
   */
  public long subject() {
    return subject;
  }

  /**
   * Whether the effect is that of the whole request. If not, only its beginning has come; it is
   * told again when the effect is known.
   */
  public boolean known() {
    return known;
  }

  @Override
  public String toString() {
    return "%d %s%s".formatted(number, effect.word(), known ? "" : " so far");
  }
}
