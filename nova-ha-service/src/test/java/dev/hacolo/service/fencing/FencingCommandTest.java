package dev.hacolo.service.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.service.config.FencingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FencingCommandTest {
  private static final UUID INSTANCE = UUID.fromString("8060fbfc-5c9d-4f3d-b386-eaa567cfbea6");

  @TempDir Path directory;

  private FencingCommand.Outcome run(Duration timeout, String script)
      throws IOException, InterruptedException {
    Path command = directory.resolve("fence");
    Files.writeString(command, "#!/bin/sh\n" + script + "\n");
    assertThat(command.toFile().setExecutable(true)).isTrue();
    return new FencingCommand(new FencingConfig(command, timeout)).run(INSTANCE, "node a;x", 7);
  }

  @Test
  void itGetsWhatItNeedsAndNoShellReadsIt() throws Exception {
    FencingCommand.Outcome outcome =
        run(Duration.ofSeconds(20), "printf '%s|' \"$@\"; cat; echo off >&2");
    assertThat(outcome.fenced()).isTrue();
    assertThat(outcome.reason())
        .isEqualTo(directory.resolve("fence") + " ended with 0: " + INSTANCE + "|node a;x|7|off");
  }

  @Test
  void anyOtherExitCodeIsAFailureWithItsWords() throws Exception {
    FencingCommand.Outcome outcome = run(Duration.ofSeconds(20), "echo no BMC of $2; exit 4");
    assertThat(outcome.fenced()).isFalse();
    assertThat(outcome.reason()).endsWith("ended with 4: no BMC of node a;x");
  }

  @Test
  void itIsKilledWithItsChildrenAfterItsTime() throws Exception {
    Path pid = directory.resolve("pid");
    FencingCommand.Outcome outcome =
        run(Duration.ofSeconds(1), "sleep 600 & echo $! > " + pid + "; wait");
    assertThat(outcome.fenced()).isFalse();
    assertThat(outcome.reason()).contains("was killed after 1 s");
    long child = Long.parseLong(Files.readString(pid).strip());
    await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void oneThatTalksALotDoesNotStandStill() throws Exception {
    FencingCommand.Outcome outcome =
        run(Duration.ofSeconds(20), "head -c 1000000 /dev/zero | tr '\\0' x; exit 0");
    assertThat(outcome.fenced()).isTrue();
    assertThat(outcome.reason().length()).isLessThan(1000);
  }

  @Test
  void oneThatIsNotThereIsSaid() throws Exception {
    FencingConfig config = new FencingConfig(directory.resolve("nothing"), Duration.ofSeconds(1));
    FencingCommand.Outcome outcome = new FencingCommand(config).run(INSTANCE, "node-a", 7);
    assertThat(outcome.fenced()).isFalse();
    assertThat(outcome.reason()).contains("cannot be started");
  }
}
