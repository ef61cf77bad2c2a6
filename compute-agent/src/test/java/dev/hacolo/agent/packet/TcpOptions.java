package dev.hacolo.agent.packet;

import java.nio.ByteBuffer;

/** TCP options for {@link Frames#options}, each as it stands in a segment. */
public final class TcpOptions {
  private TcpOptions() {}

  /** One byte without meaning. */
  public static byte[] noOperation() {
    return new byte[] {1};
  }

  /** Maximum segment size. */
  public static byte[] maxSegment(int bytes) {
    return new byte[] {2, 4, (byte) (bytes >> 8), (byte) bytes};
  }

  /** Window scale. */
  public static byte[] windowScale(int shift) {
    return new byte[] {3, 3, (byte) shift};
  }

  /** SACK permitted. */
  public static byte[] sackPermitted() {
    return new byte[] {4, 2};
  }

  /** SACK blocks: the first position of one, that behind its last, and so on. */
  public static byte[] sack(int... edges) {
    ByteBuffer out = ByteBuffer.allocate(2 + 4 * edges.length);
    out.put((byte) 5).put((byte) out.capacity());
    for (int edge : edges) {
      out.putInt(edge);
    }
    return out.array();
  }

  /** Timestamps. */
  public static byte[] timestamps(int value, int echo) {
    return ByteBuffer.allocate(10).put((byte) 8).put((byte) 10).putInt(value).putInt(echo).array();
  }
}
