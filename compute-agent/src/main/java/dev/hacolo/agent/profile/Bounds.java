package dev.hacolo.agent.profile;

/** What one connection may take; past a bound it is not followed any further. */
final class Bounds {
  /** Longest line, in bytes without its end. */
  static final int LINE = 8192;

  /** Longest head of an HTTP message, in bytes. */
  static final int HEAD = 65_536;

  /** Longest name of a thing of memcached, in bytes: the protocol's own bound. */
  static final int KEY = 250;

  /**
   * Bytes of a RESP request that are kept; a subject that does not fit makes it order-sensitive.
   */
  static final int ARGUMENT_BYTES = 1024;

  /** Arguments of a RESP request that are kept, the verb among them. */
  static final int ARGUMENTS = 16;

  /** Most requests that wait for their answers. */
  static final int PIPELINE = 1024;

  /** Most requests without an answer that are kept one by one. */
  static final int SILENT = 64;

  /** Largest body, in bytes. */
  static final long BODY = 1 << 30;

  /** Most elements of a RESP answer or request. */
  static final long ELEMENTS = 1 << 30;

  private Bounds() {}
}
