package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.putI32;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/** Writes frames as QEMU's packet sockets take them, see {@link FrameDecoder}. Not thread-safe. */
public final class FrameEncoder {
  private final byte[] prefix;

  /**
   * An encoder.
   *
   * @param vnetAnnounced whether the filter has {@code vnet_hdr_support}; without it a virtio-net
   *     header is sent as well, but its length is not
   */
  public FrameEncoder(boolean vnetAnnounced) {
    prefix = new byte[vnetAnnounced ? 8 : 4];
  }

  /** Bytes that {@link #encode} writes for a frame. */
  public int encodedLength(Frame frame) {
    return prefix.length + frame.bytes().length;
  }

  /**
   * Writes one frame, or throws and writes nothing.
   *
   * @throws BufferOverflowException if fewer than {@link #encodedLength} bytes are free
   * @throws IllegalArgumentException if the frame is empty or larger than {@link Frame#MAX_BYTES}:
   *     QEMU would leave the socket
   */
  public void encode(Frame frame, ByteBuffer out) {
    byte[] bytes = frame.bytes();
    if (bytes.length == 0 || bytes.length > Frame.MAX_BYTES) {
      throw new IllegalArgumentException(
          "a frame of %d bytes: allowed are 1 to %d".formatted(bytes.length, Frame.MAX_BYTES));
    }
    if (out.remaining() < prefix.length + bytes.length) {
      throw new BufferOverflowException();
    }
    putI32(prefix, 0, bytes.length);
    if (prefix.length == 8) {
      putI32(prefix, 4, frame.vnetLength());
    }
    out.put(prefix).put(bytes);
  }
}
