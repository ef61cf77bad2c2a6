package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real QEMU, and the way of a body from its memory to a verdict. */
abstract class QemuMemoryContract extends GuestMemoryContract {
  @TempDir private Path directory = Path.of("/");
  private @Nullable QemuChild qemu;

  abstract QemuChild start(Path directory) throws IOException;

  abstract GuestMemory open(QemuChild qemu) throws IOException;

  @Override
  final GuestMemory start() throws IOException {
    qemu = start(directory);
    assertThat(qemu.ranges)
        .singleElement()
        .satisfies(r -> assertThat(r.length()).isEqualTo(64 << 20));
    return open(qemu);
  }

  private QemuChild qemu() {
    if (qemu == null) {
      throw new IllegalStateException("not started");
    }
    return qemu;
  }

  @Override
  void write(int at, byte[] bytes) {
    qemu().write(at, bytes);
  }

  @Override
  void kill() {
    qemu().close();
  }

  @Test
  void aBodyIsLearntAndThenSynced() throws IOException {
    byte[] body = Bed.noise(new Random(5), 3000);
    write(0x345f00, body);
    List<Learnt> learnt = new CopyOnWriteArrayList<>();
    try (GuestMemory memory = open(qemu());
        Learner learner = new Learner(LearningPolicy.DEFAULT.withCpuShare(1))) {
      learner.start();
      LearningVm vm = learner.add(memory, Bed.KEY, Runnable::run, learnt::add);
      vm.offer(body, 0, body.length, 1, 2);
      await().until(() -> vm.statistics().found() == 1);
      long base = memory.ranges().get(0).address();
      assertThat(learnt)
          .singleElement()
          .satisfies(l -> assertThat(l.extents()).isEqualTo(Extents.of(base + 0x345f00, 3000)));
      verdicts(memory, learnt.get(0), body);
    }
  }

  private void verdicts(GuestMemory memory, Learnt learnt, byte[] body) {
    var digest = new dev.hacolo.agent.digest.ContentDigest(Bed.KEY);
    DigestedMemory digested = new DigestedMemory(digest);
    ContentIndex index = new ContentIndex(LearningPolicy.DEFAULT, digested, memory.open());
    index.add(learnt);
    digested.begin(1);
    List<Place> places = index.places();
    EpochDigests digests = new EpochDigests(digest, memory.open());
    index.synchronised(1, places, digests.compare(places, () -> 0, 1));
    assertThat(index.synced(body, 0, 3000, 0, 3000, 1, 2)).isTrue();
    write(0x345f00 + 2999, new byte[] {(byte) (body[2999] + 1)});
    assertThat(index.synced(body, 0, 3000, 0, 3000, 1, 2)).isFalse();
    write(0x345f00 + 2999, new byte[] {body[2999]});
    assertThat(index.synced(body, 0, 3000, 0, 3000, 1, 2)).isTrue();
    kill();
    assertThat(index.synced(body, 0, 3000, 0, 3000, 1, 2)).isFalse();
  }
}
