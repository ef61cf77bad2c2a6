package dev.hacolo.bed.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.bed.bench.load.Workload;
import dev.hacolo.bed.process.BedException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchOptionsTest {
  private static final String WORKLOADS = "memcached-100/0,web-64k";

  @Test
  void listsAreRead() {
    BenchOptions options = BenchOptions.parse("qemu, native", WORKLOADS, "8,1", 5, 2);
    assertThat(options.engines()).containsExactly(Engine.QEMU, Engine.NATIVE);
    assertThat(options.workloads()).containsExactly(Workload.MEMCACHED_READ, Workload.WEB);
    assertThat(options.connections()).containsExactly(8, 1);
    assertThat(options.rows()).isEqualTo(16);
  }

  @Test
  void whatRedisWritesFitsOntoTheDisk() {
    long without = BenchOptions.parse("native", WORKLOADS, "1", 600, 1).diskBytes();
    long with = BenchOptions.parse("native", "redis-95/5", "1,8", 600, 1).diskBytes();
    assertThat(without).isEqualTo(64L << 20);
    assertThat(with - without).isGreaterThan(2L << 30);
  }

  @Test
  void whatIsNotAllowedIsSaidInOneSentence() {
    refused("native,fastest", WORKLOADS, "1", 1, 1, "--engines has 'fastest': allowed are native");
    refused("", WORKLOADS, "1", 1, 1, "--engines has ''");
    refused("native", "memcached", "1", 1, 1, "--workloads has 'memcached': allowed are memc");
    refused("native", WORKLOADS, "0", 1, 1, "--connections has '0': allowed are 1 to 64");
    refused("native", WORKLOADS, "1,x", 1, 1, "--connections has 'x'");
    refused("native", WORKLOADS, "1,65", 1, 1, "--connections has '65'");
    refused("native", WORKLOADS, "1", 0, 1, "--seconds is 0: allowed is 1 to 600");
    refused("native", WORKLOADS, "1", 1, 101, "--repeat is 101: allowed is 1 to 100");
    refused("native,native", WORKLOADS, "1", 1, 1, "each may be named once");
  }

  @Test
  void theProgramEndsWithStatusTwo() {
    assertThat(new CommandLine(new BenchProgram()).execute("--seconds", "0")).isEqualTo(2);
    assertThat(new CommandLine(new BenchProgram()).execute("--state-dir", "here")).isEqualTo(2);
    assertThat(new CommandLine(new BenchProgram()).execute("--json", "/no/such/f")).isEqualTo(2);
    assertThat(new CommandLine(new BenchProgram()).execute("--no-such-option")).isEqualTo(2);
  }

  @Test
  void onlyEnginesThatTheAgentsHaveAreOffered() {
    assertThat(Engine.QEMU.policy().proxy()).isEqualTo("qemu");
    assertThat(Engine.titles()).startsWith("native, qemu");
  }

  private static void refused(
      String engines,
      String workloads,
      String connections,
      int seconds,
      int repetitions,
      String sentence) {
    assertThatThrownBy(
            () -> BenchOptions.parse(engines, workloads, connections, seconds, repetitions))
        .isInstanceOf(BedException.class)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("\n");
  }
}
