package dev.hacolo.agent.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.common.api.VcpuAllocation;
import dev.hacolo.common.api.VcpuAllocation.Level;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which means is taken, what happens if one fails, and that limits are lifted in the end. */
class VcpuAllocatorTest {
  private static final UUID ONE = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);

  /** Of a thread that exists; the scripted means touch nothing. */
  private static final long SELF = ProcessHandle.current().pid();

  private static final List<Long> THREADS = List.of(SELF, SELF);

  private final EventLoop loop = new EventLoop();
  private final Scripted good = new Scripted(Level.CGROUP_V1);
  private final Scripted better = new Scripted(Level.CGROUP_V2);
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  private VcpuAllocator allocator(VcpuConfinement... means) {
    return loop.get(
        () -> {
          VcpuAllocator made =
              new VcpuAllocator(
                  loop.vertx(), List.of(means), (instance, reason) -> failures.add(reason));
          return made.start().map(made);
        });
  }

  private VcpuAllocation confine(VcpuAllocator allocator, UUID instance, int active, int guests) {
    return loop.get(() -> allocator.confine(instance, THREADS, active, guests));
  }

  @Test
  void thePreferredMeansThatWorksIsTaken() {
    better.unusable = "no such controllers";
    VcpuAllocation now = confine(allocator(better, good), ONE, 1, 0);
    assertThat(now.level()).isEqualTo(Level.CGROUP_V1);
    assertThat(now.active()).isEqualTo(1);
    assertThat(good.calls).contains("sweep").contains("apply 1 of 2");
    assertThat(better.calls).isEmpty();
  }

  @Test
  void ifOneFailsTheNextIsTakenAndIfAllDoTheVmRunsUnconfined() {
    better.failing = true;
    VcpuAllocator allocator = allocator(better, good);
    assertThat(confine(allocator, ONE, 1, 0).level()).isEqualTo(Level.CGROUP_V1);
    good.failing = true;
    VcpuAllocation now = confine(allocator, ONE, 1, 0);
    assertThat(now.level()).isEqualTo(Level.NONE);
    assertThat(now.wanted()).isEqualTo(1);
    assertThat(now.active()).isEqualTo(2);
    assertThat(now.reason()).contains("CGROUP_V1: the test lets it fail");
  }

  @Test
  void withoutAnyMeansThatIsSaid() {
    better.unusable = "no such controllers";
    assertThat(confine(allocator(better), ONE, 1, 0).reason())
        .isEqualTo("all vCPUs run: no such controllers");
  }

  @Test
  void allVcpusNeedNoMeansAndEndWhatWasInEffect() {
    VcpuAllocator allocator = allocator(good);
    confine(allocator, ONE, 1, 0);
    assertThat(confine(allocator, ONE, 2, 0).level()).isEqualTo(Level.NONE);
    assertThat(good.inEffect).isFalse();
  }

  @Test
  void anotherSecondaryGetsOtherCpusOrAQuota() {
    int host = loop.call(() -> allowed());
    VcpuAllocator allocator = allocator(good);
    List<String> given = new ArrayList<>();
    for (int i = 0; i < host; i++) {
      VcpuAllocation now = confine(allocator, new UUID(1, i), 1, 0);
      assertThat(now.quotaPercent()).isZero();
      given.add(now.cpus());
    }
    if (host > 1) {
      assertThat(given).doesNotHaveDuplicates();
    }
    assertThat(confine(allocator, OTHER, 1, 0).quotaPercent()).isPositive();
    allocator.forget(new UUID(1, 0));
    assertThat(confine(allocator, OTHER, 1, host).quotaPercent()).isPositive();
  }

  @Test
  void aLimitThatStaysIsToldOfAndTriedUntilItIsGone() {
    VcpuAllocator allocator = allocator(good);
    confine(allocator, ONE, 1, 0);
    good.refusals.set(3);
    assertThat(loop.failure(() -> allocator.lift(ONE, THREADS)))
        .isInstanceOf(StepException.class)
        .hasMessage("the test keeps it");
    assertThat(loop.call(() -> allocator.current(ONE)).orElseThrow().reason())
        .isEqualTo("a limit could not be lifted: the test keeps it");
    await().until(() -> loop.call(() -> allocator.current(ONE)).isEmpty());
    assertThat(failures).hasSize(3).containsOnly("the test keeps it");
    assertThat(good.inEffect).isFalse();
  }

  @Test
  void aVmThatEndsMeanwhileIsNotTriedAnyMore() {
    VcpuAllocator allocator = allocator(good);
    confine(allocator, ONE, 1, 0);
    good.refusals.set(Integer.MAX_VALUE);
    loop.failure(() -> allocator.lift(ONE, THREADS));
    loop.run(() -> allocator.forget(ONE));
    await().until(() -> good.calls.contains("clean"));
    assertThat(loop.call(() -> allocator.current(ONE))).isEmpty();
  }

  private static int allowed() {
    try {
      return Threads.allowed(SELF).size();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Does nothing, and fails where it is told to. */
  private static final class Scripted implements VcpuConfinement {
    private final Level level;
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private volatile String unusable = "";
    private volatile boolean failing;
    private volatile boolean inEffect;
    private final AtomicInteger refusals = new AtomicInteger();

    Scripted(Level level) {
      this.level = level;
    }

    @Override
    public Level level() {
      return level;
    }

    @Override
    public Optional<String> unusable() {
      return Optional.of(unusable).filter(why -> !why.isEmpty());
    }

    @Override
    public boolean knowsQuotas() {
      return true;
    }

    @Override
    public void apply(UUID instance, List<Long> threads, CpuLimit limit) throws IOException {
      if (failing) {
        throw new IOException("the test lets it fail");
      }
      calls.add("apply %d of %d".formatted(limit.active(), threads.size()));
      inEffect = true;
    }

    @Override
    public void lift(UUID instance, List<Long> threads) throws IOException {
      if (inEffect && refusals.getAndDecrement() > 0) {
        throw new IOException("the test keeps it");
      }
      inEffect = false;
    }

    @Override
    public Optional<String> inEffect(UUID instance, List<Long> threads) {
      return inEffect ? Optional.of("still there") : Optional.empty();
    }

    @Override
    public void clean(UUID instance) {
      calls.add("clean");
    }

    @Override
    public void sweep() {
      calls.add("sweep");
    }
  }
}
