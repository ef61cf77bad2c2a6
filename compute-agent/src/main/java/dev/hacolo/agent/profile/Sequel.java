package dev.hacolo.agent.profile;

/**
 * What has to come next in a stream: so many bytes of any content, then certain ones. Not more than
 * that is known of where it stands.
 */
final class Sequel {
  static final byte[] LINE_END = {'\r', '\n'};

  private long total;
  private long left;
  private byte[] tail = LINE_END;
  private int tailAt;
  private boolean active;

  void expect(long bytes, byte[] then) {
    total = bytes;
    left = bytes;
    tail = then;
    tailAt = 0;
    active = true;
  }

  boolean active() {
    return active;
  }

  long total() {
    return total;
  }

  /** How much of the content has come. */
  long position() {
    return total - left;
  }

  /** How many bytes of a range belong to the content. */
  int content(int from, int to) {
    return (int) Math.min(left, to - from);
  }

  void take(int bytes) {
    left -= bytes;
    active = left > 0 || tail.length > 0;
  }

  /**
   * Follows the certain bytes behind the content.
   *
   * @return the index behind what belongs to them, or -1 if there are others
   */
  int tail(byte[] data, int from, int to) {
    int at = from;
    while (at < to && tailAt < tail.length) {
      if (data[at++] != tail[tailAt++]) {
        return -1;
      }
    }
    active = tailAt < tail.length;
    return at;
  }
}
