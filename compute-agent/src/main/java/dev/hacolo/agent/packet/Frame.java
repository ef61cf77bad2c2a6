package dev.hacolo.agent.packet;

/**
 * One frame as it travels on QEMU's packet sockets: a virtio-net header of {@code vnetLength} bytes
 * (0, 10, 12 or 20), then the Ethernet frame without its checksum.
 *
 * <p>The bytes are shared, not copied: whoever holds a frame may change them only if nobody else
 * holds it.
 *
 * @param bytes virtio-net header and Ethernet frame, exactly
 * @param vnetLength length of the virtio-net header, 0 to {@code bytes.length}
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is what is meant: a frame is never compared.
public record Frame(byte[] bytes, int vnetLength) {
  /** Largest number of bytes that QEMU sends as one frame (NET_BUFSIZE of net/net.h). */
  public static final int MAX_BYTES = 4096 + 65536;

  private static final int NEEDS_CHECKSUM = 1;
  private static final int DATA_VALID = 2;

  /**
   * Takes the bytes as they are.
   *
   * @throws IllegalArgumentException if the header is longer than the frame
   */
  public Frame {
    if (vnetLength < 0 || vnetLength > bytes.length) {
      throw new IllegalArgumentException(
          "a virtio-net header of %d bytes in a frame of %d".formatted(vnetLength, bytes.length));
    }
  }

  /** Length of the Ethernet frame. */
  public int ethernetLength() {
    return bytes.length - vnetLength;
  }

  /**
   * Whether the sender left the checksum of the transport header to the receiver (flag {@code
   * VIRTIO_NET_HDR_F_NEEDS_CSUM}): the field then holds the sum of the pseudo header only, and
   * changes of the transport header must leave it as it is.
   */
  public boolean needsChecksum() {
    return vnetLength > 0 && (bytes[0] & NEEDS_CHECKSUM) != 0;
  }

  /**
   * Whether a guest takes the transport's checksum for right without looking at it: it is left to
   * the receiver, or somebody else has looked (flag {@code VIRTIO_NET_HDR_F_DATA_VALID}).
   */
  public boolean hasTrustedChecksum() {
    return vnetLength > 0 && (bytes[0] & (NEEDS_CHECKSUM | DATA_VALID)) != 0;
  }

  /** An own copy, to be changed. */
  public Frame copy() {
    return new Frame(bytes.clone(), vnetLength);
  }
}
