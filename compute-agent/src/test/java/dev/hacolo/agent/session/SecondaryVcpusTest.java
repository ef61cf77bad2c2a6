package dev.hacolo.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.allocation.VcpuAllocator;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeQemu;
import dev.hacolo.agent.testing.Guests;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked for last counts, however long the answers to earlier questions take. */
class SecondaryVcpusTest {
  private static final UUID INSTANCE = new UUID(2, 2);

  private final EventLoop loop = new EventLoop();
  private final FakeConfinement means = new FakeConfinement();
  private final FakeQemu qemu;
  private final ColoVm vm;
  private final SecondaryVcpus vcpus;

  /** Questions for the guests of the host that have no answer yet. */
  private final Deque<Promise<Integer>> asked = new ArrayDeque<>();

  private boolean answering = true;

  SecondaryVcpusTest(@TempDir Path directory) {
    Path socket = directory.resolve("q");
    qemu = new FakeQemu(socket);
    vm =
        loop.get(
            () ->
                QmpClient.connect(loop.vertx(), socket, "g", Duration.ofSeconds(5))
                    .map(qmp -> new ColoVm(loop.vertx(), Guests.small(INSTANCE), qmp)));
    VcpuAllocator allocator =
        loop.get(
            () -> {
              VcpuAllocator made = new VcpuAllocator(loop.vertx(), List.of(means), means);
              return made.start().map(made);
            });
    vcpus = loop.call(() -> new SecondaryVcpus(allocator, this::guests, INSTANCE));
  }

  private Future<Integer> guests() {
    if (answering) {
      return Future.succeededFuture(0);
    }
    Promise<Integer> later = Promise.promise();
    asked.add(later);
    return later.future();
  }

  @AfterEach
  void stop() throws Exception {
    loop.close();
    qemu.close();
    assertThat(loop.faults()).isEmpty();
  }

  private void awaitQuestions(int number) {
    await().until(() -> loop.call(asked::size) == number);
  }

  @Test
  void aChangeThatComesTooLateDoesNotConfineAVmThatServes() {
    loop.get(() -> vcpus.confine(vm).map(true));
    answering = false;
    loop.run(() -> vcpus.want(1));
    awaitQuestions(1);
    loop.get(() -> vcpus.lift(vm).map(true));
    loop.run(() -> asked.remove().complete(0));
    loop.get(() -> vcpus.lift(vm).map(true)); // behind whatever that has begun
    assertThat(means.calls()).isEmpty();
  }

  @Test
  void theLastNumberCounts() {
    loop.get(() -> vcpus.confine(vm).map(true));
    answering = false;
    loop.run(() -> vcpus.want(1));
    awaitQuestions(1);
    loop.run(() -> vcpus.want(2));
    awaitQuestions(2);
    loop.run(() -> asked.removeLast().complete(0));
    loop.run(() -> asked.remove().complete(0));
    answering = true;
    loop.get(() -> vcpus.confine(vm).map(true));
    assertThat(means.calls()).isEmpty();
  }
}
