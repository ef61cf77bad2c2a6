package dev.hacolo.agent.provenance;

/** End of what a client has sent on one connection, and what its last segments were. */
final class InputFlow {
  private static final int KEPT = Anchors.WINDOW - 1;
  private static final int SEGMENTS = 8;

  /** Sequence number behind the last byte. */
  int next;

  /** Last bytes, at the end of the array. */
  private final byte[] tail = new byte[KEPT];

  private int tailLength;
  private final int[] positions = new int[SEGMENTS];
  private final int[] lengths = new int[SEGMENTS];
  private final long[] hashes = new long[SEGMENTS];
  private final long[] epochs = new long[SEGMENTS];
  private int segments;

  InputFlow(int next) {
    this.next = next;
  }

  /** Goes on somewhere else, with nothing known of what lies before. */
  void jump(int sequence) {
    next = sequence;
    tailLength = 0;
  }

  /** Puts the tail and the first bytes of what follows it into an array; gives their number. */
  int seam(byte[] into, byte[] data, int offset, int length) {
    System.arraycopy(tail, KEPT - tailLength, into, 0, tailLength);
    int head = Math.min(KEPT, length);
    System.arraycopy(data, offset, into, tailLength, head);
    return tailLength + head;
  }

  /** Appends; the hash is to recognise a repetition. */
  void append(byte[] data, int offset, int length, long hash, long epoch) {
    int slot = segments++ & (SEGMENTS - 1);
    positions[slot] = next;
    lengths[slot] = length;
    hashes[slot] = hash;
    epochs[slot] = epoch;
    next += length;
    int fresh = Math.min(KEPT, length);
    System.arraycopy(tail, fresh, tail, 0, KEPT - fresh);
    System.arraycopy(data, offset + length - fresh, tail, KEPT - fresh, fresh);
    tailLength = Math.min(KEPT, tailLength + fresh);
  }

  /**
   * Whether it is one of the last segments of this epoch again, byte by byte as far as the hash can
   * tell. One of an older epoch is not: the guest may have missed it then.
   */
  boolean repeats(int sequence, int length, long hash, long epoch) {
    for (int i = 0; i < Math.min(segments, SEGMENTS); i++) {
      if (positions[i] == sequence
          && lengths[i] == length
          && hashes[i] == hash
          && epochs[i] == epoch) {
        return true;
      }
    }
    return false;
  }
}
