package dev.hacolo.bed.traffic;

/** Protocols that the guest serves. */
public enum Protocol {
  /** memcached's text protocol: writes and reads, in memory only. */
  MEMCACHED(11211, true),
  /** Redis' RESP2: writes and reads, each write on disk before it is acknowledged. */
  REDIS(6379, true),
  /** HTTP/1.1 with keep-alive: reads. */
  HTTP(80, false);

  private final int port;
  private final boolean writes;

  Protocol(int port, boolean writes) {
    this.port = port;
    this.writes = writes;
  }

  /** TCP port on the guest. */
  public int port() {
    return port;
  }

  /** Whether its connections write. */
  public boolean writes() {
    return writes;
  }
}
