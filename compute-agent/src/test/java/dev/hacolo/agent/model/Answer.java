package dev.hacolo.agent.model;

/** Codes of the service's answers: the bytes at one position of a connection. 0 is none yet. */
final class Answer {
  static final int VALUE_0 = 1;
  static final int VALUE_1 = 2;

  /** What RENDER stores; no request contains it. */
  static final int VALUE_2 = 3;

  static final int ABSENT = 4;
  static final int DONE = 5;
  static final int ITEM_A = 6;
  static final int EMPTY = 8;
  static final int COUPON_1 = 9;
  static final int SOLD_OUT = 11;
  static final int TOKEN_0 = 12;
  static final int COUNT_1 = 16;

  /** Not an answer: the secondary VM was spared the request, and its connection goes on behind. */
  static final int OMITTED = 62;

  /** Not an answer: the connection was reset before it came. */
  static final int UNKNOWN = 63;

  private static final String[] TEXTS = {
    "nothing",
    "v0",
    "v1",
    "v2",
    "absent",
    "done",
    "item a",
    "item b",
    "empty",
    "coupon 1",
    "coupon 2",
    "sold out",
    "token 0",
    "token 1",
    "token 2",
    "token 3"
  };

  private Answer() {}

  static String text(int code) {
    if (code == UNKNOWN) {
      return "a reset";
    }
    return code < COUNT_1 ? TEXTS[code] : "count " + (code - COUNT_1 + 1);
  }

  /** Whether it says that a thing is not there. */
  static boolean saysAbsent(int code) {
    return code == ABSENT || code == EMPTY;
  }

  static boolean isShort(int code) {
    return code == DONE || code >= COUNT_1;
  }

  /**
   * Whether the guest's memory had such a body before the first request already. All long bodies
   * count as present: memory is full of old copies, and the model's adversary finds them.
   */
  static boolean wasAlwaysInMemory(int code) {
    return code < TOKEN_0 && code != VALUE_2;
  }
}
