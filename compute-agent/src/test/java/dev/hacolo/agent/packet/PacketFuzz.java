package dev.hacolo.agent.packet;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Fuzz target: a packet socket's stream of any bytes, its frames parsed. The first byte says
 * whether the virtio-net header is announced (bit 0) and how the rest is cut (bits 1-7, 0 for not
 * at all). The seeds are one stream for each frame of {@link PacketRandomTest#VALID}, and one of
 * all.
 */
public final class PacketFuzz {
  private PacketFuzz() {}

  /** Called by Jazzer and by the tests of the seeds. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    boolean announced = (input[0] & 1) != 0;
    int cut = (input[0] & 0xff) >> 1;
    FrameDecoder decoder = new FrameDecoder(announced);
    FrameEncoder encoder = new FrameEncoder(announced);
    ByteBuffer again = ByteBuffer.allocate(input.length);
    Packet packet = new Packet();
    try {
      for (int at = 1; at < input.length; at += cut == 0 ? input.length : cut) {
        int length = cut == 0 ? input.length - at : Math.min(cut, input.length - at);
        decoder.feed(
            ByteBuffer.wrap(input, at, length),
            frame -> {
              packet.parse(frame);
              PacketInvariants.check(packet);
              encoder.encode(frame, again);
            });
      }
    } catch (BrokenStreamException expected) {
      // What came before is held to be right all the same.
    }
    if (!Arrays.equals(again.array(), 0, again.position(), input, 1, 1 + again.position())) {
      throw new AssertionError("frames do not encode to the bytes that they were decoded from");
    }
  }
}
