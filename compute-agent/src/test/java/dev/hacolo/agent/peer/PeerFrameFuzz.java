package dev.hacolo.agent.peer;

import java.util.Arrays;

/** Fuzz target: a frame of the peer link. The seeds are one frame of each kind. */
public final class PeerFrameFuzz {
  private PeerFrameFuzz() {}

  /** Called by Jazzer and by the tests of the seeds. */
  public static void fuzzerTestOneInput(byte[] input) {
    PeerFrame frame;
    try {
      frame = PeerFrameCodec.decode(input);
    } catch (IllegalArgumentException expected) {
      return;
    }
    // What has been decoded can be sent on. Not equal: text that is no UTF-8 is replaced.
    byte[] bytes = PeerFrameCodec.encode(frame).getBytes();
    PeerFrame again =
        PeerFrameCodec.decode(Arrays.copyOfRange(bytes, PeerFrameCodec.LENGTH_BYTES, bytes.length));
    if (again.getClass() != frame.getClass()) {
      throw new AssertionError("%s became %s".formatted(frame, again));
    }
  }
}
