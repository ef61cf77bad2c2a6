package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.i32;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the stream of one of QEMU's packet sockets apart into frames, wherever it is cut. Not
 * thread-safe.
 *
 * <p>Source: {@code net_fill_rstate} of QEMU's net/net.c. In front of a frame stand its size, which
 * includes the virtio-net header, and, if the filter has {@code vnet_hdr_support}, the length of
 * that header; both are 32 bits in network byte order.
 */
public final class FrameDecoder {
  private static final byte[] NONE = {};

  private final byte[] prefix;
  private int prefixFilled;
  // NONE while a prefix is read: a frame is never empty.
  private byte[] body = NONE;
  private int bodyFilled;
  private int vnetLength;
  private @Nullable String broken;

  /**
   * A decoder at the beginning of a stream.
   *
   * @param vnetAnnounced whether the filter has {@code vnet_hdr_support}; without it frames have a
   *     {@link Frame#vnetLength} of 0
   */
  public FrameDecoder(boolean vnetAnnounced) {
    prefix = new byte[vnetAnnounced ? 8 : 4];
  }

  /**
   * Takes all remaining bytes and hands over each frame that they complete, in order. If {@code
   * frames} throws, the decoder stands behind the frame that was handed over. It allocates the
   * frames and nothing else, each only when its size is known to be allowed.
   *
   * @param frames gets the frames as its own; must not call this method
   * @throws BrokenStreamException if a size is 0 or above {@link Frame#MAX_BYTES}, or a virtio-net
   *     header is longer than its frame; from then on at every call
   */
  public void feed(ByteBuffer bytes, Consumer<Frame> frames) {
    if (broken != null) {
      throw new BrokenStreamException(broken);
    }
    while (bytes.hasRemaining()) {
      if (body.length == 0) {
        readPrefix(bytes);
      } else {
        readBody(bytes, frames);
      }
    }
  }

  private void readPrefix(ByteBuffer bytes) {
    int count = Math.min(bytes.remaining(), prefix.length - prefixFilled);
    bytes.get(prefix, prefixFilled, count);
    prefixFilled += count;
    if (prefixFilled == prefix.length) {
      begin(i32(prefix, 0), prefix.length == 8 ? i32(prefix, 4) : 0);
    }
  }

  private void begin(int size, int vnet) {
    if (size <= 0 || size > Frame.MAX_BYTES) {
      throw breakWith(
          "a packet socket announces a frame of %d bytes: allowed are 1 to %d"
              .formatted(Integer.toUnsignedLong(size), Frame.MAX_BYTES));
    }
    if (vnet < 0 || vnet > size) {
      throw breakWith(
          "a packet socket announces a virtio-net header of %d bytes in a frame of %d bytes"
              .formatted(Integer.toUnsignedLong(vnet), size));
    }
    vnetLength = vnet;
    bodyFilled = 0;
    body = new byte[size];
  }

  private BrokenStreamException breakWith(String sentence) {
    broken = sentence;
    return new BrokenStreamException(sentence);
  }

  private void readBody(ByteBuffer bytes, Consumer<Frame> frames) {
    int count = Math.min(bytes.remaining(), body.length - bodyFilled);
    bytes.get(body, bodyFilled, count);
    bodyFilled += count;
    if (bodyFilled == body.length) {
      Frame frame = new Frame(body, vnetLength);
      body = NONE;
      prefixFilled = 0;
      frames.accept(frame);
    }
  }
}
