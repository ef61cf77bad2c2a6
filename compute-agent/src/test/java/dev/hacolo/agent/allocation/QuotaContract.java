package dev.hacolo.agent.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What both kinds of control groups do besides. */
abstract class QuotaContract extends VcpuConfinementContract {
  private static final int PERCENT = 20;

  /** Half a second at 100 ticks each second, which every Linux has in /proc. */
  private static final int TICKS = 50;

  private static final double NANOS_PER_TICK = 10_000_000;

  /** Many of a quota's periods. */
  private static final long LONG_ENOUGH_NANOS = 1_000_000_000;

  /** Quota in force for a thread, in percent; 0 without one. */
  abstract int quota(long pid, long thread);

  /** Where the hierarchies are. */
  abstract List<Path> mounts();

  @Override
  final List<Limit> limits() {
    return List.of(cpu(0), Limit.toQuota(50));
  }

  @Override
  final Limit observed(long pid, long thread) {
    Set<Integer> cpus = ThreadFacts.cpus(pid, thread).orElseThrow();
    boolean all = cpus.equals(ThreadFacts.cpus(SELF));
    return new Limit(all ? new TreeSet<>() : new TreeSet<>(cpus), quota(pid, thread), 0);
  }

  @Override
  final List<String> remains(String agent) {
    return mounts().stream().flatMap(mount -> remains(mount, agent)).toList();
  }

  private static Stream<String> remains(Path mount, String agent) {
    try (Stream<Path> groups = Files.walk(mount, 2)) {
      return groups
          .filter(p -> p.getFileName().toString().startsWith(agent + "."))
          .map(Path::toString)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aQuotaHoldsBackTheThreadsTogether() {
    VcpuConfinement subject = make(MINE);
    subject.apply(vcpus, Limit.toQuota(PERCENT));
    process.burn();
    // A quota is of a clock's time: what others use of the machine makes this less, never more.
    assertThat(shareOfTime()).isLessThan(1.5 * PERCENT / 100);
    subject.lift(vcpus);
    assertThat(ratio()).isGreaterThan(0.6);
  }

  @Test
  void smallQuotasAreReadBackExactly() {
    VcpuConfinement subject = make(MINE);
    for (int percent : List.of(1, 3, 10, 33, 67, 150)) {
      subject.apply(vcpus, Limit.toQuota(percent));
      assertThat(subject.inForce(vcpus).values()).containsOnly(Limit.toQuota(percent));
    }
  }

  /** CPU time of the confined threads for a second of a clock's time. */
  private double shareOfTime() {
    long begun = System.nanoTime();
    long before = process.ticks(0) + process.ticks(1);
    await().until(() -> System.nanoTime() - begun >= LONG_ENOUGH_NANOS);
    long used = process.ticks(0) + process.ticks(1) - before;
    return used * NANOS_PER_TICK / (System.nanoTime() - begun);
  }

  /** CPU time of the confined threads for that of the free one, over half a second of its time. */
  private double ratio() {
    long free = process.ticks(2);
    long confined = process.ticks(0) + process.ticks(1);
    await().until(() -> process.ticks(2) - free >= TICKS);
    return (double) (process.ticks(0) + process.ticks(1) - confined) / (process.ticks(2) - free);
  }
}
