package dev.hacolo.agent.proxy;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: a message of the packet link without its length. The seeds are the messages of
 * {@link PacketMessageCodecTest}, without the largest.
 */
public final class PacketMessageFuzz {
  /** What objects and exceptions may take besides the message's own bytes. */
  private static final long OBJECTS = 16 << 10;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private PacketMessageFuzz() {}

  /** Called by Jazzer and by the tests of the seeds. */
  public static void fuzzerTestOneInput(byte[] input) {
    PacketMessage message = decode(input);
    long allowed = OBJECTS + input.length;
    long first = allocated(input);
    // The first time, classes may be loaded as well.
    if (first > allowed && Math.min(first, allocated(input)) > allowed) {
      throw new AssertionError("decoding %d bytes takes more memory".formatted(input.length));
    }
    if (message == null) {
      return;
    }
    // What has been decoded can be sent on.
    byte[] bytes = encode(message);
    PacketMessage again = PacketMessageCodec.decode(Unpooled.wrappedBuffer(bytes));
    boolean text = message instanceof PacketMessage.Refused;
    if (again.getClass() != message.getClass()
        || !(text || ByteBufUtil.hexDump(encode(again)).equals(ByteBufUtil.hexDump(bytes)))) {
      throw new AssertionError("%s became %s".formatted(message, again));
    }
  }

  private static @Nullable PacketMessage decode(byte[] input) {
    try {
      return PacketMessageCodec.decode(Unpooled.wrappedBuffer(input));
    } catch (IllegalArgumentException expected) {
      return null;
    }
  }

  private static long allocated(byte[] input) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    decode(input);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static byte[] encode(PacketMessage message) {
    ByteBuf out = Unpooled.buffer();
    PacketMessageCodec.encode(message, out);
    return ByteBufUtil.getBytes(out, Integer.BYTES, out.readableBytes() - Integer.BYTES);
  }
}
