package dev.hacolo.agent.profile;

/** Follows one direction of a connection and reports to its {@link Exchange}. */
interface Reader {
  /**
   * Reads the next bytes, all of them unless the exchange is not understood any more.
   *
   * @param from first byte
   * @param to behind the last one
   */
  void read(byte[] data, int from, int to);
}
