package dev.hacolo.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.allocation.VcpuAllocator;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.module.FakeModule;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeQemu;
import dev.hacolo.agent.testing.Guests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The threads that the fake QEMU names are of this process. */
class ModulePagesTest {
  private static final UUID INSTANCE = new UUID(2, 2);
  private static final long QEMU = ProcessHandle.current().pid();

  private final EventLoop loop = new EventLoop();
  private final FakeModule kernel = new FakeModule();
  private final ColoModule module = kernel.agent();
  private final FakeQemu qemu;
  private final ColoVm vm;
  private final ModulePages pages;

  ModulePagesTest(@TempDir Path directory) {
    Path socket = directory.resolve("q");
    qemu = new FakeQemu(socket);
    vm =
        loop.get(
            () ->
                QmpClient.connect(loop.vertx(), socket, "g", Duration.ofSeconds(5))
                    .map(qmp -> new ColoVm(loop.vertx(), Guests.small(INSTANCE), qmp)));
    kernel.logged = vm.guest().memoryKib() / 4;
    VcpuAllocator allocator =
        loop.call(() -> new VcpuAllocator(loop.vertx(), List.of(), failure -> {}));
    pages = loop.call(() -> new ModulePages(loop.vertx(), module, allocator, INSTANCE));
  }

  @AfterEach
  void stop() throws Exception {
    loop.close();
    qemu.close();
    assertThat(loop.faults()).isEmpty();
  }

  private void begin() {
    loop.get(() -> pages.begin(vm).map(true));
  }

  private OptionalLong epoch(int... written) {
    for (int page : written) {
      kernel.write(QEMU, page);
    }
    return loop.get(pages::epochEnded).pages();
  }

  private void awaitDetached() {
    await().until(() -> kernel.attached().isEmpty());
  }

  @Test
  void countsFromTheFirstCheckpointOn() {
    begin();
    assertThat(epoch(1, 2, 3)).isEmpty();
    assertThat(epoch(1, 2, 1)).hasValue(2);
    assertThat(epoch()).hasValue(0);
    loop.run(pages::end);
    loop.run(pages::end);
    awaitDetached();
    assertThat(epoch()).isEmpty();
  }

  @Test
  void doesNotTellWhatItCannotKnow() {
    begin();
    epoch();
    kernel.logged--;
    assertThat(epoch(1)).as("KVM does not note all").isEmpty();
    kernel.logged++;
    assertThat(epoch(1, FakeModule.PAGES)).as("a page beyond the bitmap").isEmpty();
    assertThat(epoch(1)).hasValue(1);
    kernel.running = true;
    assertThat(epoch(1)).as("the VM runs").isEmpty();
    kernel.running = false;
    assertThat(epoch(2)).as("two epochs in one").isEmpty();
    assertThat(epoch(3)).hasValue(1);
    loop.run(pages::end);
    awaitDetached();
  }

  @Test
  void withoutTheModuleNothingIsCounted() {
    kernel.errors.put("open", 2);
    begin();
    assertThat(epoch(1)).isEmpty();
    assertThat(epoch(1)).isEmpty();
  }

  @Test
  void aQemuThatEndsIsDetached() {
    begin();
    assertThat(kernel.attached()).containsExactly(QEMU);
    qemu.die();
    awaitDetached();
  }

  @Test
  void anEndOvertakesABeginning() {
    loop.run(
        () -> {
          pages.begin(vm);
          pages.end();
        });
    begin();
    loop.run(pages::end);
    awaitDetached();
  }
}
