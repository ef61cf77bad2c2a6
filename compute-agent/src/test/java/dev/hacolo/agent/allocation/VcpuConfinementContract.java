package dev.hacolo.agent.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every means to confine vCPUs must do, with real threads of a real process. */
abstract class VcpuConfinementContract {
  private static final int THREADS = 2;

  final UUID instance = UUID.randomUUID();
  final ManyThreads vm;
  final VcpuConfinement means;

  VcpuConfinementContract() throws IOException {
    vm = new ManyThreads(THREADS);
    means = again();
  }

  /** The means, as an agent that is started makes it; the same groups or device each time. */
  abstract VcpuConfinement again();

  /** How many of the threads may run at a time at present, as the system says, not the means. */
  abstract int running() throws IOException;

  @BeforeEach
  void useIt() throws IOException {
    Optional<String> why = means.unusable();
    assumeTrue(why.isEmpty(), why.orElse(""));
  }

  @AfterEach
  void leaveNothing() throws Exception {
    means.lift(instance, vm.threads());
    means.clean(instance);
    vm.end();
    means.clean(instance);
    assertThat(leftovers()).isEmpty();
  }

  /** Groups that are left, but for the parent. */
  List<ControlGroup> leftovers() throws IOException {
    return List.of();
  }

  /** One of the CPUs that the process may use. */
  final CpuLimit one() throws IOException {
    SortedSet<Integer> host = Threads.allowed(vm.main());
    return new CpuLimit(THREADS, 1, new TreeSet<>(List.of(host.last())), 0, "the last one");
  }

  @Test
  void onlyTheGivenThreadsAreConfined() throws IOException {
    SortedSet<Integer> host = Threads.allowed(vm.main());
    assertThat(running()).isEqualTo(THREADS);
    means.apply(instance, vm.threads(), one());
    assertThat(running()).isEqualTo(1);
    assertThat(means.inEffect(instance, vm.threads())).isPresent();
    assertThat(Threads.allowed(vm.main())).isEqualTo(host);
  }

  @Test
  void liftedItIsAsBeforeAndMayBeLiftedAgain() throws IOException {
    SortedSet<Integer> host = Threads.allowed(vm.main());
    means.apply(instance, vm.threads(), one());
    for (int i = 0; i < 2; i++) {
      means.lift(instance, vm.threads());
      assertThat(running()).isEqualTo(THREADS);
      assertThat(means.inEffect(instance, vm.threads())).isEmpty();
      for (long thread : vm.threads()) {
        assertThat(Threads.allowed(thread)).isEqualTo(host);
      }
    }
    means.clean(instance);
    assertThat(running()).isEqualTo(THREADS);
    means.apply(instance, vm.threads(), one());
    assertThat(running()).isEqualTo(1);
  }

  @Test
  void threadsThatWereNeverConfinedCanBeLifted() throws IOException {
    means.lift(instance, vm.threads());
    assertThat(means.inEffect(instance, vm.threads())).isEmpty();
    assertThat(running()).isEqualTo(THREADS);
  }

  /** An agent that was killed has lifted nothing; the next one does, whatever it remembers. */
  @Test
  void anotherRunOfTheAgentFindsAndLiftsWhatIsThere() throws IOException {
    means.apply(instance, vm.threads(), one());
    VcpuConfinement next = again();
    assertThat(next.unusable()).isEmpty();
    assertThat(next.inEffect(instance, vm.threads())).isPresent();
    next.sweep();
    next.lift(instance, vm.threads());
    assertThat(next.inEffect(instance, vm.threads())).isEmpty();
    assertThat(running()).isEqualTo(THREADS);
  }

  @Test
  void aThreadThatIsGoneIsSaidOnApplyAndNoMatterOnLift() throws Exception {
    means.apply(instance, vm.threads(), one());
    vm.end();
    means.lift(instance, vm.threads());
    assertThat(means.inEffect(instance, vm.threads())).isEmpty();
    means.clean(instance);
    CpuLimit limit = new CpuLimit(THREADS, 1, new TreeSet<>(List.of(0)), 0, "");
    assertThatThrownBy(() -> means.apply(instance, vm.threads(), limit))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("thread");
    means.lift(instance, vm.threads());
  }

  /** How many CPUs the threads may use together, as their status says. */
  final int cpusOfThreads() throws IOException {
    SortedSet<Integer> together = new TreeSet<>();
    for (long thread : vm.threads()) {
      together.addAll(Threads.allowed(thread));
    }
    return Math.min(THREADS, together.size());
  }
}
