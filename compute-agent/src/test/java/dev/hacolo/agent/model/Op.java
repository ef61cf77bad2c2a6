package dev.hacolo.agent.model;

/** What a client can ask the service for. A read or an overwrite concerns one named thing. */
enum Op {
  /** Reads the key. */
  READ(Verb.READ, Op.KEY),
  /** Overwrites the key with a body that is in the request. */
  WRITE(Verb.OVERWRITE, Op.KEY),
  /** Overwrites the key; the service keeps another form of the body than the request has. */
  RENDER(Verb.OVERWRITE, Op.KEY),
  /** Deletes the key; reads then get a page that says so. */
  DELETE(Verb.OVERWRITE, Op.KEY),
  /** Reads the list's head. */
  PEEK(Verb.READ, Op.LIST),
  /** Takes the list's head. */
  POP(Verb.ORDER_SENSITIVE, Op.LIST),
  /** Hands out one of two coupons, by chance. */
  COUPON(Verb.ORDER_SENSITIVE, Op.NOTHING),
  /** Makes a random token and remembers it; the two VMs make different ones. */
  TOKEN(Verb.ORDER_SENSITIVE, Op.NOTHING),
  /** Counts, and tells the count. */
  COUNT(Verb.ORDER_SENSITIVE, Op.NOTHING);

  static final int NOTHING = 0;
  static final int KEY = 1;
  static final int LIST = 2;

  /** What a service profile says of a verb. */
  enum Verb {
    READ,
    OVERWRITE,
    ORDER_SENSITIVE
  }

  final Verb verb;

  /** The named thing. */
  final int name;

  Op(Verb verb, int name) {
    this.verb = verb;
    this.name = name;
  }
}
