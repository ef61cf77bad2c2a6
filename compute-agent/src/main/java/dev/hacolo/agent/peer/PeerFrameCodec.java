package dev.hacolo.agent.peer;

import io.vertx.core.buffer.Buffer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Bytes of {@link PeerFrame}s. Pure. */
final class PeerFrameCodec {
  /** Bytes of the length field. */
  static final int LENGTH_BYTES = 2;

  private static final int MAX_TEXT = 4096;

  private PeerFrameCodec() {}

  /** A frame with its length in front. */
  static Buffer encode(PeerFrame frame) {
    Buffer body = Buffer.buffer();
    if (frame instanceof PeerFrame.Hello f) {
      body.appendByte((byte) 1).appendInt(f.protocol());
      uuid(text(body, f.host()), f.pairId()).appendLong(f.generation()).appendLong(f.leaseNanos());
    } else if (frame instanceof PeerFrame.Welcome f) {
      text(body.appendByte((byte) 2).appendInt(f.protocol()), f.host());
    } else if (frame instanceof PeerFrame.Refused f) {
      text(body.appendByte((byte) 3), f.reason());
    } else if (frame instanceof PeerFrame.Heartbeat f) {
      body.appendByte((byte) 4).appendLong(f.sentAt()).appendLong(f.echo());
      body.appendByte((byte) (f.open() ? 1 : 0));
    } else if (frame instanceof PeerFrame.Protected f) {
      body.appendByte((byte) 5).appendLong(f.generation());
    } else if (frame instanceof PeerFrame.Renounced f) {
      text(body.appendByte((byte) 6).appendLong(f.generation()), f.reason());
    } else if (frame instanceof PeerFrame.Bye f) {
      text(body.appendByte((byte) 7), f.reason());
    }
    return Buffer.buffer(LENGTH_BYTES + body.length())
        .appendUnsignedShort(body.length())
        .appendBuffer(body);
  }

  private static Buffer text(Buffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MAX_TEXT);
    return out.appendUnsignedShort(length).appendBytes(bytes, 0, length);
  }

  private static Buffer uuid(Buffer out, UUID uuid) {
    return out.appendLong(uuid.getMostSignificantBits()).appendLong(uuid.getLeastSignificantBits());
  }

  /**
   * Decodes a frame without its length field.
   *
   * @throws IllegalArgumentException for anything that is not exactly one known frame
   */
  static PeerFrame decode(byte[] body) {
    ByteBuffer in = ByteBuffer.wrap(body);
    try {
      PeerFrame frame = decode(in);
      if (in.hasRemaining()) {
        throw new IllegalArgumentException(
            "%d bytes too many in a peer frame".formatted(in.remaining()));
      }
      return frame;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a peer frame ends early", e);
    }
  }

  private static PeerFrame decode(ByteBuffer in) {
    int type = in.get();
    return switch (type) {
      case 1 -> hello(in);
      case 2 -> new PeerFrame.Welcome(in.getInt(), text(in));
      case 3 -> new PeerFrame.Refused(text(in));
      case 4 -> new PeerFrame.Heartbeat(in.getLong(), in.getLong(), flag(in));
      case 5 -> new PeerFrame.Protected(in.getLong());
      case 6 -> new PeerFrame.Renounced(in.getLong(), text(in));
      case 7 -> new PeerFrame.Bye(text(in));
      default -> throw new IllegalArgumentException("unknown peer frame type " + type);
    };
  }

  /** A stranger's hello may have any length: all that counts of it is its version. */
  private static PeerFrame hello(ByteBuffer in) {
    int protocol = in.getInt();
    if (protocol != PeerFrame.PROTOCOL) {
      in.position(in.limit());
      return new PeerFrame.Hello(protocol, "", new UUID(0, 0), 0, 0);
    }
    return new PeerFrame.Hello(protocol, text(in), uuid(in), in.getLong(), in.getLong());
  }

  private static boolean flag(ByteBuffer in) {
    byte flag = in.get();
    if (flag != 0 && flag != 1) {
      throw new IllegalArgumentException("a flag of %d in a peer frame".formatted(flag));
    }
    return flag == 1;
  }

  private static String text(ByteBuffer in) {
    int length = Short.toUnsignedInt(in.getShort());
    if (length > MAX_TEXT) {
      throw new IllegalArgumentException("a text of %d bytes in a peer frame".formatted(length));
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static UUID uuid(ByteBuffer in) {
    return new UUID(in.getLong(), in.getLong());
  }
}
