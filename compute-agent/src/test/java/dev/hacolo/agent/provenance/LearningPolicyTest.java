package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LearningPolicyTest {
  private static final long MIB = 1 << 20;

  @Test
  void defaults() {
    LearningPolicy policy = LearningPolicy.DEFAULT;
    assertThat(policy.cpuShare()).isEqualTo(0.05);
    assertThat(policy.indexBytes()).isEqualTo(64 * MIB);
    assertThat(policy.indexBodies()).isEqualTo(65_536);
    assertThat(policy.minBody()).isEqualTo(64);
    assertThat(policy.maxBody()).isEqualTo(1 << 20);
    assertThat(policy.minEntropyBits()).isEqualTo(2);
    assertThat(policy.queueBytes()).isEqualTo(4 << 20);
    assertThat(policy.retryNanos()).isEqualTo(60_000_000_000L);
    assertThat(policy.digestNanos()).isEqualTo(5_000_000);
  }

  @Test
  void eachValueHasARange() {
    refuses("cpuShare", 0.0009, 64 * MIB, 16, 64, 1024, 2, 4096, 0, 1_000_000);
    refuses("cpuShare", 1.1, 64 * MIB, 16, 64, 1024, 2, 4096, 0, 1_000_000);
    refuses("cpuShare", Double.NaN, 64 * MIB, 16, 64, 1024, 2, 4096, 0, 1_000_000);
    refuses("indexBytes", 0.05, 65_535, 16, 64, 1024, 2, 4096, 0, 1_000_000);
    refuses("indexBytes", 0.05, (64L << 30) + 1, 16, 64, 1024, 2, 4096, 0, 1_000_000);
    refuses("indexBodies", 0.05, 64 * MIB, 15, 64, 1024, 2, 4096, 0, 1_000_000);
    refuses("indexBodies", 0.05, 64 * MIB, 1_000_001, 64, 1024, 2, 4096, 0, 1_000_000);
    refuses("minBody", 0.05, 64 * MIB, 16, 63, 1024, 2, 4096, 0, 1_000_000);
    refuses("minBody", 0.05, 64 * MIB, 16, 65_537, 1 << 20, 2, 1 << 20, 0, 1_000_000);
    refuses("maxBody", 0.05, 64 * MIB, 16, 64, 63, 2, 4096, 0, 1_000_000);
    refuses("maxBody", 0.05, 64 * MIB, 16, 64, (1 << 20) + 1, 2, 1 << 30, 0, 1_000_000);
    refuses("minEntropyBits", 0.05, 64 * MIB, 16, 64, 1024, -0.1, 4096, 0, 1_000_000);
    refuses("minEntropyBits", 0.05, 64 * MIB, 16, 64, 1024, 8.1, 4096, 0, 1_000_000);
    refuses("queueBytes", 0.05, 64 * MIB, 16, 64, 1024, 2, 1023, 0, 1_000_000);
    refuses("queueBytes", 0.05, 64 * MIB, 16, 64, 1024, 2, (1 << 30) + 1, 0, 1_000_000);
    refuses("retryNanos", 0.05, 64 * MIB, 16, 64, 1024, 2, 4096, -1, 1_000_000);
    refuses("retryNanos", 0.05, 64 * MIB, 16, 64, 1024, 2, 4096, 3_600_000_000_001L, 1_000_000);
    refuses("digestNanos", 0.05, 64 * MIB, 16, 64, 1024, 2, 4096, 0, 99_999);
    refuses("digestNanos", 0.05, 64 * MIB, 16, 64, 1024, 2, 4096, 0, 1_000_000_001);
  }

  private static void refuses(
      String name,
      double share,
      long bytes,
      int bodies,
      int least,
      int most,
      double entropy,
      int queue,
      long retry,
      long digest) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new LearningPolicy(
                    share, bytes, bodies, least, most, entropy, queue, retry, digest))
        .withMessageContaining(name);
  }
}
