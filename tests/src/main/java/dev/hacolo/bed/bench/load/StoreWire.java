package dev.hacolo.bed.bench.load;

/** How a key-value store is talked to: everything but keys and values is constant. */
enum StoreWire {
  /** memcached's text protocol (doc/protocol.txt of memcached). */
  MEMCACHED(
      11211,
      "get %s\r\n",
      "set %s 0 0 " + ValueBook.LENGTH + "\r\n",
      "VALUE %s 0 " + ValueBook.LENGTH + "\r\n",
      "\r\nEND\r\n",
      "STORED\r\n"),

  /** RESP2 of redis; keys have 6 bytes. */
  REDIS(
      6379,
      "*2\r\n$3\r\nGET\r\n$6\r\n%s\r\n",
      "*3\r\n$3\r\nSET\r\n$6\r\n%s\r\n$" + ValueBook.LENGTH + "\r\n",
      "$" + ValueBook.LENGTH + "\r\n",
      "\r\n",
      "+OK\r\n");

  private static final String SET_END = "\r\n";

  private final int port;
  private final String get;
  private final String set;
  private final String valueStart;
  private final String valueEnd;
  private final String stored;

  StoreWire(int port, String get, String set, String valueStart, String valueEnd, String stored) {
    this.port = port;
    this.get = get;
    this.set = set;
    this.valueStart = valueStart;
    this.valueEnd = valueEnd;
    this.stored = stored;
  }

  /** Where the guest's store listens. */
  int port() {
    return port;
  }

  /** Requests of a value, by key. */
  byte[][] gets(int keys) {
    return perKey(get, keys);
  }

  /** What stands before the new value, by key. */
  byte[][] sets(int keys) {
    return perKey(set, keys);
  }

  /** What stands behind the new value. */
  byte[] setEnd() {
    return Ascii.bytes(SET_END);
  }

  /** What stands before the value in an answer, by key. */
  byte[][] valueStarts(int keys) {
    return perKey(valueStart, keys);
  }

  /** What stands behind it. */
  byte[] valueEnd() {
    return Ascii.bytes(valueEnd);
  }

  /** The answer to a set. */
  byte[] stored() {
    return Ascii.bytes(stored);
  }

  private static byte[][] perKey(String format, int keys) {
    byte[][] texts = new byte[keys][];
    for (int key = 0; key < keys; key++) {
      // Redis is told the length of the name: always 6.
      texts[key] = Ascii.bytes(format.formatted("key%03d".formatted(key)));
    }
    return texts;
  }
}
