package dev.hacolo.agent.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ContentDigestTest {
  private static final BigInteger PRIME = BigInteger.TWO.pow(61).subtract(BigInteger.ONE);
  private static final long SEED = Long.getLong("seed", 20261123);

  private final Random random = new Random(SEED);

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** The definition, word by word. */
  private static long slow(byte[] key, int keyAt, byte[] data) {
    BigInteger k = little(key, keyAt, keyAt + 16).mod(PRIME);
    BigInteger sum = BigInteger.ZERO;
    for (int at = 0; at < data.length; at += 7) {
      sum = sum.multiply(k).add(little(data, at, Math.min(data.length, at + 7))).mod(PRIME);
    }
    return sum.multiply(k).add(BigInteger.valueOf(data.length)).mod(PRIME).longValueExact();
  }

  private static BigInteger little(byte[] data, int from, int to) {
    byte[] big = new byte[to - from];
    for (int i = 0; i < big.length; i++) {
      big[i] = data[to - 1 - i];
    }
    return new BigInteger(1, big);
  }

  @Test
  void equalsTheDefinitionForEachLength() {
    for (int length = 0; length < 600; length++) {
      byte[] key = bytes(32);
      byte[] data = bytes(length + 5);
      byte[] content = Arrays.copyOfRange(data, 3, 3 + length);
      assertThat(new ContentDigest(key).of(data, 3, length))
          .as("length %d, seed %d", length, SEED)
          .isEqualTo(new ContentDigest.Value(slow(key, 0, content), slow(key, 16, content)));
    }
  }

  @Test
  void equalsTheDefinitionForExtremeKeysAndContents() {
    for (int keyByte : new int[] {0, 1, 0x7f, 0x80, 0xfe, 0xff}) {
      byte[] key = new byte[32];
      Arrays.fill(key, (byte) keyByte);
      ContentDigest digest = new ContentDigest(key);
      for (int contentByte : new int[] {0, 1, 0x80, 0xff}) {
        byte[] data = new byte[4321];
        Arrays.fill(data, (byte) contentByte);
        assertThat(digest.of(data, 0, data.length))
            .isEqualTo(new ContentDigest.Value(slow(key, 0, data), slow(key, 16, data)));
      }
    }
  }

  @Test
  void doesNotDependOnTheCuts() {
    ContentDigest digest = new ContentDigest(bytes(32));
    ContentDigest.Sum sum = digest.sum();
    for (int round = 0; round < 2000; round++) {
      byte[] data = bytes(random.nextInt(400));
      sum.clear();
      for (int at = 0; at < data.length; ) {
        int size = Math.min(data.length - at, random.nextInt(random.nextBoolean() ? 9 : 150));
        sum.add(data, at, size);
        at += size;
      }
      ContentDigest.Value whole = digest.of(data, 0, data.length);
      assertThat(sum.value()).as("round %d, seed %d", round, SEED).isEqualTo(whole);
      assertThat(sum.matches(whole)).isTrue();
    }
  }

  @Test
  void differsForEachFlippedBitAndForZerosAtTheEnd() {
    ContentDigest digest = new ContentDigest(bytes(32));
    byte[] data = bytes(200);
    ContentDigest.Value value = digest.of(data, 0, 199);
    for (int bit = 0; bit < 199 * 8; bit++) {
      data[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(digest.of(data, 0, 199)).isNotEqualTo(value);
      data[bit / 8] ^= (byte) (1 << (bit % 8));
    }
    byte[] zeros = new byte[20];
    assertThat(digest.of(zeros, 0, 7)).isNotEqualTo(digest.of(zeros, 0, 8));
    assertThat(digest.of(zeros, 0, 0)).isEqualTo(ContentDigest.Value.EMPTY);
  }

  @Test
  void keepsItsKeySecretAndWantsAWholeOne() {
    byte[] key = bytes(32);
    assertThat(new ContentDigest(key).toString())
        .doesNotContainIgnoringCase(HexFormat.of().formatHex(key, 0, 4));
    assertThatThrownBy(() -> new ContentDigest(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ContentDigest(key).of(new byte[10], 5, 6))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
