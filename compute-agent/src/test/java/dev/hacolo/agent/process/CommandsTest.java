package dev.hacolo.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.agent.domain.StepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(200);

  private static List<String> shell(String script) {
    return List.of("/bin/sh", "-c", script);
  }

  @Test
  void statusAndOutputComeBack() {
    Commands.Result result = Commands.run(shell("echo; echo out; echo err >&2; exit 3"), LONG);
    assertThat(result).isEqualTo(new Commands.Result(3, "\nout\nerr\n"));
    assertThat(result.firstLine()).isEqualTo("out");
    assertThat(new Commands.Result(0, " \n").firstLine()).isEqualTo("no message");
  }

  @Test
  void aProgramPastItsDeadlineIsKilledWithItsChildren(@TempDir Path directory) throws IOException {
    Path pid = directory.resolve("pid");
    String script = "sleep 60 & echo $! > %s; wait".formatted(pid);
    assertThatThrownBy(() -> Commands.run(shell(script), Duration.ofSeconds(1)))
        .isInstanceOf(StepException.class)
        .hasMessage("/bin/sh did not end within 1000 ms");
    long child = Long.parseLong(Files.readString(pid).strip());
    org.awaitility.Awaitility.await().until(() -> isOver(child));
  }

  /** Ended; it may wait as a zombie for an init that does not collect it. */
  private static boolean isOver(long pid) throws IOException {
    Path stat = Path.of("/proc/%d/stat".formatted(pid));
    return !Files.exists(stat) || Files.readString(stat).contains(") Z ");
  }

  @Test
  void aChildThatKeepsTheOutputOpenDoesNotDelayTheEnd(@TempDir Path directory) throws IOException {
    Path pid = directory.resolve("pid");
    long begun = System.nanoTime();
    Commands.Result result =
        Commands.run(shell("sleep 30 & echo $! > %s; echo done".formatted(pid)), LONG);
    assertThat(result).isEqualTo(new Commands.Result(0, "done\n"));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    long child = Long.parseLong(Files.readString(pid).strip());
    ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void longOutputIsCutAndTheProgramGoesOn() {
    Commands.Result result =
        Commands.run(shell("head -c 1000000 /dev/zero | tr '\\0' x; exit 4"), LONG);
    assertThat(result.status()).isEqualTo(4);
    assertThat(result.output()).hasSize(64 << 10);
  }

  @Test
  void aProgramThatReadsItsInputFindsItEmpty() {
    assertThat(Commands.run(shell("cat; echo end"), LONG).output()).isEqualTo("end\n");
  }

  @Test
  void aMissingProgramIsOneSentenceThatSaysWhatToDo() {
    assertThatThrownBy(() -> Commands.run(List.of("/no/such/qemu"), LONG))
        .isInstanceOf(StepException.class)
        .hasMessageStartingWith("/no/such/qemu cannot be started: ")
        .hasMessageEndingWith("install it or correct its path");
  }

  @Test
  void aProgramThatMustSucceedSaysWhyItDidNot() {
    Commands.check(shell("exit 0"), LONG);
    assertThatThrownBy(() -> Commands.check(shell("echo no room >&2; exit 1"), LONG))
        .hasMessage("/bin/sh -c echo no room >&2; exit 1 failed: no room");
  }

  @Test
  void aDaemonMayKeepTheLogOpen(@TempDir Path directory) throws IOException {
    Path log = directory.resolve("log");
    Path pid = directory.resolve("pid");
    Commands.Result result =
        Commands.runDaemon(shell("echo up; sleep 30 & echo $! > %s".formatted(pid)), log, LONG);
    assertThat(result).isEqualTo(new Commands.Result(0, "up\n"));
    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
        .ifPresent(ProcessHandle::destroyForcibly);
    assertThatThrownBy(() -> Commands.runDaemon(shell("sleep 30"), log, SHORT))
        .hasMessage("/bin/sh did not end within 200 ms");
  }

  @Test
  void aDaemonsLogNeedNotBeText(@TempDir Path directory) {
    Path log = directory.resolve("log");
    assertThat(Commands.runDaemon(shell("printf '\\377\\n'; exit 1"), log, LONG).status())
        .isEqualTo(1);
    assertThatThrownBy(() -> Commands.runDaemon(List.of("/no/such"), log, LONG))
        .hasMessageContaining("install it or correct its path");
  }
}
