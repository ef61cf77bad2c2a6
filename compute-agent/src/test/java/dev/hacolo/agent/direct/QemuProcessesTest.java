package dev.hacolo.agent.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.testing.FakeQemu;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QemuProcessesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      could not open /dev/net/tun: Operation not permitted | CAP_NET_ADMIN
      Could not access KVM kernel module                   | qemu.accelerator=tcg
      failed to initialize kvm: /dev/kvm: no such file     | qemu.accelerator=tcg
      Failed to bind socket: Address already in use        | session.ports
      could not configure tap0: Device or resource busy    | session.ports
      Could not write image: No space left on device       | instances.directory
      """)
  void usualComplaintsComeWithAdvice(String output, String advice) {
    assertThat(QemuProcesses.advice(output)).startsWith("; ").contains(advice);
  }

  @Test
  void otherComplaintsStandForThemselves() {
    assertThat(QemuProcesses.advice("Guest has not initialized the display")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unix:%s,server=on,wait=off",
        "socket,id=m,path=%s,server=on",
        "socket,id=m,server=on,path=%s"
      })
  void whoeverServesTheMonitorIsKilled(String argument, @TempDir Path directory)
      throws IOException, InterruptedException {
    Path socket = directory.resolve("q.qmp");
    // A stand-in of QEMU: a process that carries the argument, and waits for input without a child.
    Process process =
        new ProcessBuilder("/bin/sh", "-c", "read line; :", "qemu", argument.formatted(socket))
            .start();
    Process other =
        new ProcessBuilder(
                "/bin/sh", "-c", "read line; :", "qemu", argument.formatted(socket + "x"))
            .start();
    try {
      QemuProcesses.kill(socket);
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(other.isAlive()).isTrue();
    } finally {
      for (Process each : List.of(process, other)) {
        each.descendants().forEach(ProcessHandle::destroyForcibly);
        each.destroyForcibly();
      }
    }
  }

  @Test
  void aMonitorThatIsStillServedIsNotDead(@TempDir Path directory) {
    Path socket = directory.resolve("q.qmp");
    QemuProcesses.kill(socket);
    try (FakeQemu qemu = new FakeQemu(socket)) {
      assertThat(QemuProcesses.isServed(socket)).isTrue();
      assertThatThrownBy(() -> QemuProcesses.kill(socket))
          .isInstanceOf(StepException.class)
          .hasMessageContaining("no process names it");
      qemu.die();
      assertThat(QemuProcesses.isServed(socket)).isFalse();
    }
  }

  @Test
  void aDyingQemuWithoutACommandLineIsWaitedFor(@TempDir Path directory) throws Exception {
    Path socket = directory.resolve("q.qmp");
    try (FakeQemu qemu = new FakeQemu(socket)) {
      CompletableFuture<Void> killing =
          CompletableFuture.runAsync(() -> QemuProcesses.kill(socket));
      // Time is the subject: it serves for a while after the kill has begun.
      TimeUnit.MILLISECONDS.sleep(300);
      assertThat(killing).isNotDone();
      qemu.die();
      killing.get(10, TimeUnit.SECONDS);
      assertThat(QemuProcesses.isServed(socket)).isFalse();
    }
  }

  @Test
  void aQemuThatDoesNotStartIsOneSentence(@TempDir Path directory) {
    assertThatThrownBy(
            () ->
                QemuProcesses.start(
                    List.of("/bin/sh", "-c", "echo 'qemu: Address already in use' >&2; exit 1"),
                    directory.resolve("log")))
        .hasMessage(
            "QEMU did not start: qemu: Address already in use; something else uses that port or tap:"
                + " end it or change session.ports");
  }
}
