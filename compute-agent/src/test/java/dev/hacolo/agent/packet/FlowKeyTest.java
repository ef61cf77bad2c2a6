package dev.hacolo.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FlowKeyTest {
  private static FlowKey key() {
    return new FlowKey().set(1, Packet.NO_VLANS, true, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void eachPartMakesAKeyOfItsOwn() {
    List<FlowKey> others =
        List.of(
            new FlowKey().set(2, Packet.NO_VLANS, true, 2, 3, 4, 5, 6, 7),
            new FlowKey().set(1, 0x001fff, true, 2, 3, 4, 5, 6, 7),
            new FlowKey().set(1, Packet.NO_VLANS, false, 2, 3, 4, 5, 6, 7),
            new FlowKey().set(1, Packet.NO_VLANS, true, 9, 3, 4, 5, 6, 7),
            new FlowKey().set(1, Packet.NO_VLANS, true, 2, 9, 4, 5, 6, 7),
            new FlowKey().set(1, Packet.NO_VLANS, true, 2, 3, 9, 5, 6, 7),
            new FlowKey().set(1, Packet.NO_VLANS, true, 2, 3, 4, 9, 6, 7),
            new FlowKey().set(1, Packet.NO_VLANS, true, 2, 3, 4, 5, 9, 7),
            new FlowKey().set(1, Packet.NO_VLANS, true, 2, 3, 4, 5, 6, 9),
            new FlowKey().set(1, Packet.NO_VLANS, true, 5, 6, 7, 2, 3, 4));
    for (FlowKey other : others) {
      assertThat(key()).isNotEqualTo(other);
      assertThat(key().compareTo(other)).isNotZero().isEqualTo(-other.compareTo(key()));
    }
    assertThat(key()).isEqualTo(key()).hasSameHashCodeAs(key()).isEqualByComparingTo(key());
  }

  /** Sums of these parts go into the hash, or nothing of them. */
  @Test
  void keysOfOneHashAreNotEqualForThat() {
    List<FlowKey> others =
        List.of(
            new FlowKey().set(2, Packet.NO_VLANS - 1, true, 2, 3, 4, 5, 6, 7),
            new FlowKey().set(1, Packet.NO_VLANS, true, 3, 3, 4, 4, 6, 7),
            new FlowKey().set(1, Packet.NO_VLANS, false, 2, 3, 4, 5, 6, 7));
    for (FlowKey other : others) {
      assertThat(other).hasSameHashCodeAs(key()).isNotEqualTo(key());
    }
  }

  /** Among 2^18 hashes of 32 bits 8 pairs are expected. */
  @Test
  void vlansAloneTellKeysOfOneHashApart() {
    Map<Integer, FlowKey> byHash = new HashMap<>();
    int pairs = 0;
    for (int vlans = 0; vlans < 1 << 18; vlans++) {
      FlowKey key = new FlowKey().set(1, vlans, true, 2, 3, 4, 5, 6, 7);
      FlowKey other = byHash.put(key.hashCode(), key);
      if (other != null) {
        assertThat(key).isNotEqualTo(other);
        pairs++;
      }
    }
    assertThat(pairs).isPositive();
  }

  @Test
  void aCopyStaysWhatItIs() {
    FlowKey key = key();
    FlowKey copy = key.copy();
    assertThat(copy).isEqualTo(key);
    key.set(0, Packet.NO_VLANS, false, 0, 0xffffffffL, 65_535, 0, 0x80000000L, 65_535);
    assertThat(copy).isEqualTo(key()).isNotEqualTo(key);
    assertThat(key).hasToString("nic0 255.255.255.255:65535-128.0.0.0:65535");
    assertThat(key.copy()).isEqualTo(key);
  }

  @Test
  void partsComeBack() {
    FlowKey key = new FlowKey().set(255, 0x001002, true, -1, -2, 65_535, -3, -4, 40_000);
    assertThat(key.nic()).isEqualTo(255);
    assertThat(key.vlans()).isEqualTo(0x001002);
    assertThat(key.v6()).isTrue();
    assertThat(key.guestHigh()).isEqualTo(-1);
    assertThat(key.guestLow()).isEqualTo(-2);
    assertThat(key.guestPort()).isEqualTo(65_535);
    assertThat(key.clientHigh()).isEqualTo(-3);
    assertThat(key.clientLow()).isEqualTo(-4);
    assertThat(key.clientPort()).isEqualTo(40_000);
  }

  /** A client's ports and a network's addresses differ in few bits. */
  @Test
  void neighboursSpread() {
    Set<Integer> hashes = new HashSet<>();
    Set<Integer> buckets = new HashSet<>();
    for (int port = 0; port < 256; port++) {
      for (int host = 0; host < 256; host++) {
        FlowKey key =
            new FlowKey()
                .set(0, Packet.NO_VLANS, false, 0, 1, 80, 0, 0x0a000000L + host, 40_000 + port);
        hashes.add(key.hashCode());
        buckets.add(key.hashCode() & 0xffff);
      }
    }
    // 65536 random values: 0.5 pairs of one hash expected, 41427 different buckets of 65536.
    assertThat(hashes).hasSizeGreaterThan(65_536 - 8);
    assertThat(buckets).hasSizeBetween(40_500, 42_500);
  }
}
