package dev.hacolo.agent.compare;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which bytes of a datagram both VMs must agree on. */
final class FrameDigestTest {
  private static final int IP = Segments.VNET + 14;
  private static final byte[] CONTENT = "content".getBytes(US_ASCII);

  private final FrameDigest digest = new FrameDigest(new ContentDigest(PairRig.KEY));

  private ContentDigest.Value of(Frame frame) {
    return digest.of(0, frame, Segments.parsed(frame));
  }

  /** Changes each byte of a frame and tells which changes the digest does not see. */
  private List<Integer> ignored(Frame frame) {
    ContentDigest.Value value = of(frame);
    List<Integer> ignored = new ArrayList<>();
    for (int i = 0; i < frame.bytes().length; i++) {
      Frame changed = frame.copy();
      changed.bytes()[i] ^= 1;
      if (of(changed).equals(value)) {
        ignored.add(i - IP);
      }
    }
    return ignored;
  }

  @Test
  void ofUdpOverIpv4ItIgnoresWhatRoutersAndKernelsChoose() {
    // virtio-net but its GSO fields; TOS, identification, TTL, checksums of IP and UDP.
    assertThat(ignored(new Segments().udp(CONTENT)))
        .containsExactly(-26, -24, -23, -20, -19, -18, -17, -16, -15, 1, 4, 5, 8, 10, 11, 26, 27);
  }

  @Test
  void ofUdpOverIpv6ItIgnoresClassLabelHopsAndChecksum() {
    assertThat(ignored(new Segments().v6().udp(CONTENT)))
        .containsExactly(-26, -24, -23, -20, -19, -18, -17, -16, -15, 0, 1, 2, 3, 7, 46, 47);
  }

  @Test
  void ofEchoItIgnoresTheChecksum() {
    byte[] echo = {8, 0, 1, 2, 3, 4, 5, 6, 7};
    assertThat(ignored(new Segments().ip(1, 0, echo)))
        .contains(22, 23)
        .doesNotContain(20, 21, 24, 25, 26, 27, 28);
  }

  @Test
  void ofAnIpv6FragmentItIgnoresTheIdentification() {
    byte[] fragment = {17, 0, 0, 9, 1, 2, 3, 4, 'd', 'a', 't', 'a', 'd', 'a', 't', 'a'};
    assertThat(ignored(new Segments().v6().ip(44, 0, fragment)))
        .contains(44, 45, 46, 47)
        .doesNotContain(40, 42, 43, 48, 55);
  }

  @Test
  void ofAnythingElseItIgnoresNothing() {
    assertThat(ignored(new Segments().ethernet(0x88cc, CONTENT)))
        .allMatch(at -> at < -14, "virtio-net header");
    assertThat(ignored(new Segments().ethernet(0x0800, new byte[] {0x45, 0, 9})))
        .allMatch(at -> at < -14, "virtio-net header");
  }

  @Test
  void paddingIsNoContent() {
    Frame frame = new Segments().udp(CONTENT);
    byte[] padded = Arrays.copyOf(frame.bytes(), frame.bytes().length + 9);
    padded[padded.length - 1] = 7;
    assertThat(of(new Frame(padded, Segments.VNET))).isEqualTo(of(frame));
  }
}
