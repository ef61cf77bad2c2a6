package dev.hacolo.agent.provenance;

/** Entropy of order 0: of how often each byte value occurs, whatever the order. */
final class Entropy {
  private Entropy() {}

  /** Bits per byte, 0 to 8; 0 for nothing. */
  static double of(byte[] data) {
    int[] counts = new int[256];
    for (byte value : data) {
      counts[value & 0xff]++;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / data.length;
        bits -= share * Math.log(share);
      }
    }
    return bits / Math.log(2);
  }
}
