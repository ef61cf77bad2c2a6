package dev.hacolo.agent.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.provenance.RamRange;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeQemuMonitor;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the answers of QEMU 7.2.22, as captured. */
class GuestRamTest {
  @TempDir private Path directory = Path.of("/");
  private final EventLoop loop = new EventLoop();

  private @Nullable FakeQemuMonitor monitor;

  @AfterEach
  void close() {
    stop();
    loop.close();
  }

  private void stop() {
    if (monitor != null) {
      monitor.close();
    }
  }

  private static JsonObject captured(String name) {
    try (var in = GuestRamTest.class.getResourceAsStream("/qemu/ram-" + name + ".json")) {
      if (in == null) {
        throw new IllegalArgumentException(name);
      }
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void serve(JsonObject answers) {
    monitor =
        new FakeQemuMonitor(
            directory.resolve("qmp"),
            (to, name, id, arguments) -> {
              Object answer = answers.getValue(arguments.getString("command-line", name));
              if (answer == null) {
                to.refuse(id, "unexpected");
              } else {
                to.reply(id, answer);
              }
            });
  }

  private Future<List<RamRange>> locate() {
    return QmpClient.connect(loop.vertx(), directory.resolve("qmp"), "vm", Duration.ofSeconds(10))
        .compose(GuestRam::locate);
  }

  private List<RamRange> locate(JsonObject answers) {
    serve(answers);
    return loop.get(this::locate);
  }

  private String refusal(JsonObject answers) {
    stop();
    serve(answers);
    return String.valueOf(loop.failure(this::locate).getMessage());
  }

  @Test
  void ramThatThePciHoleDivides() {
    assertThat(locate(captured("4g"))).containsExactly(new RamRange(0x7f244fe00000L, 4L << 30));
  }

  @Test
  void whereThePagesOfRamAre() {
    serve(captured("4g"));
    RamLayout layout =
        loop.get(
            () ->
                QmpClient.connect(
                        loop.vertx(), directory.resolve("qmp"), "vm", Duration.ofSeconds(10))
                    .compose(GuestRam::layout));
    long start = 0x7f244fe00000L;
    assertThat(layout.parts())
        .contains(
            new RamLayout.Part(0x100, 0x7ff00, start + 0x100000),
            new RamLayout.Part(0x100000, 0x80000, start + 0x80000000L));
  }

  @Test
  void aSharedBackend() {
    assertThat(locate(captured("memfd"))).containsExactly(new RamRange(0x7f4533fff000L, 64 << 20));
  }

  @Test
  void aBackendForEachNode() {
    assertThat(locate(captured("numa")))
        .containsExactly(
            new RamRange(0x7f6e7fdff000L, 64 << 20), new RamRange(0x7f6e83e00000L, 64 << 20));
  }

  @Test
  void addressesOfNewerVersionsNeedNoMore() {
    JsonObject answers = captured("memfd");
    answers.remove("info mtree -f");
    answers.put(
        "info ramblock",
        """
        Block Name PSize Offset Used Total HVA RO
        ram0 4 KiB 0x0 0x4000000 0x4000000 0x7f0000000000 rw
        """);
    assertThat(locate(answers)).containsExactly(new RamRange(0x7f0000000000L, 64 << 20));
  }

  @Test
  void answersThatDoNotFitAreRefused() {
    JsonObject moved = captured("4g");
    moved.put("gpa2hva 0x100000", "Host virtual address for 0x100000 (pc.ram) is 0x7f0000000000");
    assertThat(refusal(moved)).contains("does not lie in one piece");

    JsonObject unmapped = captured("4g");
    unmapped.put("gpa2hva 0x0", "No memory is mapped at address 0x0\r\n");
    assertThat(refusal(unmapped)).contains("No memory is mapped");
  }

  @Test
  void aGuestWithoutBackendsIsRefused() {
    JsonObject none = captured("4g");
    none.put("query-memdev", new JsonArray());
    assertThat(refusal(none)).contains("no block of RAM");

    JsonObject silent = captured("4g");
    silent.put("info mtree -f", "");
    assertThat(refusal(silent)).contains("does not say where pc.ram is");
  }
}
