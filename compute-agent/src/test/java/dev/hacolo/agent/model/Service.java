package dev.hacolo.agent.model;

/**
 * The guest's service as a function: state and request give state and answer. A state is 13 bits:
 * key (2), items popped (2), coupons given (2), tokens made (4), count (3).
 */
final class Service {
  static final int START = 0;

  private static final int POPPED = 2;
  private static final int COUPONS = 4;
  private static final int TOKENS = 6;
  private static final int COUNT = 10;
  private static final int ABSENT_KEY = 3;

  /** Who runs it. The two VMs draw different tokens; the specification allows all. */
  enum Copy {
    PRIMARY(0, 2),
    SECONDARY(2, 4),
    SPECIFICATION(0, 4);

    private final int firstToken;
    private final int endToken;

    Copy(int firstToken, int endToken) {
      this.firstToken = firstToken;
      this.endToken = endToken;
    }
  }

  private Service() {}

  /** How many outcomes a request can have; at least 1. */
  static int outcomes(Op op, int data, Copy copy) {
    if (op == Op.COUPON) {
      return Math.max(1, 2 - Integer.bitCount((data >> COUPONS) & 3));
    }
    return op == Op.TOKEN && copy == Copy.SPECIFICATION ? 4 : 1;
  }

  /** State and answer of an outcome. */
  static int run(Op op, int data, Copy copy, int outcome) {
    return switch (op) {
      case READ -> result(data, Answer.VALUE_0 + (data & 3));
      case WRITE -> result((data & ~3) | 1, Answer.DONE);
      case RENDER -> result((data & ~3) | 2, Answer.DONE);
      case DELETE -> result(data | ABSENT_KEY, Answer.DONE);
      case PEEK -> result(data, head(data));
      case POP -> result(popped(data) < 2 ? data + (1 << POPPED) : data, head(data));
      case COUPON -> coupon(data, outcome);
      case TOKEN -> token(data, copy, outcome);
      case COUNT -> result(data + (1 << COUNT), Answer.COUNT_1 + ((data >> COUNT) & 7));
    };
  }

  /** What changes the key without a request, in each VM at a time of its own. */
  enum Change {
    NOTHING,
    /** It expires, whatever it is. */
    EXPIRY,
    /** A job of the guest renders it anew, once. */
    JOB;

    boolean isPossible(int data) {
      return switch (this) {
        case NOTHING -> false;
        case EXPIRY -> (data & 3) != ABSENT_KEY;
        case JOB -> (data & 3) == 0;
      };
    }

    int of(int data) {
      return this == EXPIRY ? data | ABSENT_KEY : data | 2;
    }
  }

  static int data(int result) {
    return result >> 8;
  }

  static int answer(int result) {
    return result & 0xFF;
  }

  private static int result(int data, int answer) {
    return (data << 8) | answer;
  }

  private static int popped(int data) {
    return (data >> POPPED) & 3;
  }

  private static int head(int data) {
    return Answer.ITEM_A + popped(data);
  }

  private static int coupon(int data, int outcome) {
    int given = (data >> COUPONS) & 3;
    if (given == 3) {
      return result(data, Answer.SOLD_OUT);
    }
    int drawn = given == 0 ? outcome : 2 - given;
    return result(data | (1 << (COUPONS + drawn)), Answer.COUPON_1 + drawn);
  }

  private static int token(int data, Copy copy, int outcome) {
    int token = outcome;
    if (copy != Copy.SPECIFICATION) {
      token = copy.firstToken;
      while (token < copy.endToken - 1 && ((data >> (TOKENS + token)) & 1) != 0) {
        token++;
      }
    }
    return result(data | (1 << (TOKENS + token)), Answer.TOKEN_0 + token);
  }
}
