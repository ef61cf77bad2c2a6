package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LearnerTest {
  private static final LearningPolicy EAGER = LearningPolicy.DEFAULT.withCpuShare(1);

  private final Random random = new Random(9);
  private final FakeGuestMemory memory = new FakeGuestMemory(1024).noise(random);
  private final Learner learner = new Learner(EAGER);
  private final List<Learnt> learnt = new CopyOnWriteArrayList<>();
  private final LearningVm vm = learner.add(memory, Bed.KEY, Runnable::run, learnt::add);

  @AfterEach
  void stop() {
    learner.close();
  }

  private boolean offer(byte[] body) {
    return vm.offer(body, 0, body.length, 1, 2);
  }

  @Test
  void findsWhatIsOffered() {
    byte[] body = Bed.noise(random, 1024);
    memory.write(100_000, body);
    learner.start();
    assertThat(offer(body)).isTrue();
    await().until(() -> vm.statistics().found() == 1);
    assertThat(learnt)
        .singleElement()
        .satisfies(
            l -> {
              assertThat(l.extents()).isEqualTo(Extents.of(memory.address(100_000), 1024));
              assertThat(l.content()).isEqualTo(Bed.wanted(body).content());
              assertThat(l.context()).isEqualTo(1);
              assertThat(l.framing()).isEqualTo(2);
            });
    assertThat(vm.statistics().scannedBytes()).isGreaterThanOrEqualTo(memory.ram.length);
    assertThat(vm.statistics().scanNanos()).isPositive();
  }

  @Test
  void resultsComeOnTheLoopOfTheVm() {
    ConcurrentLinkedQueue<Runnable> loop = new ConcurrentLinkedQueue<>();
    List<Learnt> results = new ArrayList<>();
    LearningVm other = learner.add(memory, Bed.KEY, loop::add, results::add);
    byte[] body = Bed.noise(random, 1024);
    memory.write(100_000, body);
    learner.start();
    other.offer(body, 0, body.length, 1, 2);
    await().until(() -> other.statistics().found() == 1);
    assertThat(results).isEmpty();
    assertThat(loop).hasSize(1).allSatisfy(Runnable::run);
    assertThat(results).hasSize(1);
  }

  @Test
  void whatIsNotThereIsNotLookedForAgainSoon() {
    learner.start();
    byte[] body = Bed.noise(random, 1024);
    offer(body);
    await().until(() -> vm.statistics().notFound() == 1);
    offer(body);
    await().until(() -> vm.statistics().recent() == 1);
    assertThat(vm.statistics().notFound()).isEqualTo(1);
    assertThat(vm.statistics().searching()).isZero();
  }

  @Test
  void theQueueIsBounded() {
    byte[] body = Bed.noise(random, 1 << 20);
    for (int i = 0; i < 4; i++) {
      assertThat(offer(body)).isTrue();
    }
    assertThat(offer(body)).isFalse();
    assertThat(vm.statistics().overflowed()).isEqualTo(1);
    learner.start();
    await().until(() -> vm.statistics().notFound() == 1 && vm.statistics().recent() == 3);
    assertThat(offer(Bed.noise(random, 1 << 20))).isTrue();
  }

  @Test
  void whatIsTooShortTooLongOrTooDullIsRefused() {
    learner.start();
    assertThat(offer(Bed.noise(random, 63))).isFalse();
    assertThat(offer(Bed.noise(random, (1 << 20) + 1))).isFalse();
    byte[] dull = new byte[1000];
    for (int i = 0; i < dull.length; i++) {
      dull[i] = (byte) (i % 3);
    }
    assertThat(Entropy.of(dull)).isBetween(1.58, 1.59);
    assertThat(offer(dull)).isTrue();
    await().until(() -> vm.statistics().refused() == 3);
    assertThat(vm.statistics().offered()).isEqualTo(3);
  }

  @Test
  void entropyIsThatOfTheFrequencies() {
    assertThat(Entropy.of(new byte[0])).isZero();
    assertThat(Entropy.of(new byte[100])).isZero();
    byte[] all = new byte[512];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertThat(Entropy.of(all)).isEqualTo(8, org.assertj.core.data.Offset.offset(1e-9));
    Arrays.fill(all, 0, 256, (byte) 1);
    Arrays.fill(all, 256, 512, (byte) 2);
    assertThat(Entropy.of(all)).isEqualTo(1, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void theDeathOfQemuEndsItForThatVmOnly() {
    FakeGuestMemory living = new FakeGuestMemory(64).noise(random);
    byte[] body = Bed.noise(random, 500);
    living.write(7000, body);
    LearningVm other = learner.add(living, Bed.KEY, Runnable::run, learnt::add);
    learner.start();
    memory.faulty = true;
    offer(Bed.noise(random, 500));
    await().until(() -> learner.size() == 1);
    assertThat(offer(body)).isFalse();
    other.offer(body, 0, 500, 1, 2);
    await().until(() -> other.statistics().found() == 1);
    other.close();
    await().until(() -> learner.size() == 0);
  }

  /** A loop that takes nothing any more costs its own VM only. */
  @Test
  void aFaultEndsItForThatVmOnly() {
    byte[] body = Bed.noise(random, 500);
    memory.write(7000, body);
    LearningVm bad =
        learner.add(
            memory,
            Bed.KEY,
            task -> {
              throw new java.util.concurrent.RejectedExecutionException("closed");
            },
            learnt::add);
    learner.start();
    bad.offer(body, 0, 500, 1, 2);
    await().until(() -> learner.size() == 1);
    offer(body);
    await().until(() -> vm.statistics().found() == 1);
  }

  @Test
  void startsOnceAndStops() {
    learner.start();
    assertThatIllegalStateException().isThrownBy(learner::start);
    learner.close();
    assertThat(learner.size()).isZero();
    assertThat(offer(Bed.noise(random, 500))).isFalse();
  }

  /** Two searches of 64 passes take the share of a CPU that they may, and not much more. */
  @Test
  void takesNoMoreThanItsShare() {
    try (Learner slow = new Learner(LearningPolicy.DEFAULT.withCpuShare(0.1))) {
      LearningVm one = slow.add(memory, Bed.KEY, Runnable::run, learnt::add);
      slow.start();
      long began = System.nanoTime();
      for (int i = 0; i < 64; i++) {
        one.offer(Bed.noise(random, 60_000), 0, 60_000, 1, 2);
      }
      await().until(() -> one.statistics().searching() == 0 && one.statistics().notFound() > 0);
      long took = System.nanoTime() - began;
      assertThat((double) one.statistics().scanNanos() / took).isLessThan(0.15);
    }
  }
}
