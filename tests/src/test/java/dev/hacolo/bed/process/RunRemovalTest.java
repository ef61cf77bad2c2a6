package dev.hacolo.bed.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What needs no root: recorded processes and files. */
class RunRemovalTest {
  private final List<String> sleep = List.of("sleep", "300");
  private Path root = Path.of("/");

  @BeforeEach
  void makeStateDirectory() throws Exception {
    root = Files.createTempDirectory("bed");
  }

  @AfterEach
  void removeStateDirectory() throws Exception {
    Files.deleteIfExists(root.resolve("runs"));
    Files.delete(root);
  }

  @Test
  void removesProcessesAndFiles() {
    RunDirectory run = new StateDirectory(root).newRun();
    try (Launcher launcher = new Launcher(run, true)) {
      RunningProcess process = launcher.start(Launcher.Spec.of("sleeper", sleep));
      assertThat(run.isAbandoned()).isFalse();
      RunRemoval.remove(run);
      assertThat(process.process().isAlive()).isFalse();
      assertThat(run.path()).doesNotExist();
    }
  }

  /** The name of a namespace stands in for one that cannot be removed: it is the path of a file. */
  @Test
  void whatCouldNotBeRemovedIsNotForgotten() throws Exception {
    RunDirectory run = new StateDirectory(root).newRun();
    Path stuck = Files.createFile(root.resolve("stuck"));
    run.recordNamespace(stuck.toString());
    assertThatThrownBy(() -> RunRemoval.remove(run)).isInstanceOf(BedException.class);
    assertThat(run.namespaces()).containsExactly(stuck.toString());
    Files.delete(stuck);
    RunRemoval.remove(run);
    assertThat(run.path()).doesNotExist();
  }

  @Test
  void aRecycledNumberIsNotKilled() throws Exception {
    RunDirectory run = new StateDirectory(root).newRun();
    Process innocent = new ProcessBuilder(sleep).start();
    try {
      ProcessIdentity now = ProcessIdentity.of(innocent.pid()).orElseThrow();
      run.recordProcess(
          "earlier", new ProcessIdentity(now.pid(), now.startTicks() - 1, now.bootId()));
      run.recordProcess(
          "before-the-boot", new ProcessIdentity(now.pid(), now.startTicks(), "another boot"));
      RunRemoval.remove(run);
      assertThat(innocent.isAlive()).isTrue();
    } finally {
      innocent.destroyForcibly();
    }
  }

  @Test
  void processesDieWithTheLauncherUnlessTheyAreKept() {
    RunDirectory run = new StateDirectory(root).newRun();
    try {
      RunningProcess mortal;
      RunningProcess kept;
      try (Launcher one = new Launcher(run, false);
          Launcher other = new Launcher(run, true)) {
        mortal = one.start(Launcher.Spec.of("mortal", sleep));
        kept = other.start(Launcher.Spec.of("kept", sleep));
        // setpriv has done its work once the program runs.
        Await.until(
            "the program to run",
            Duration.ofSeconds(10),
            () -> mortal.process().info().command().filter(c -> c.endsWith("sleep")).isPresent());
      }
      Await.until("the process to die", Duration.ofSeconds(10), () -> !mortal.process().isAlive());
      assertThat(kept.process().isAlive()).isTrue();
    } finally {
      RunRemoval.remove(run);
    }
  }

  @Test
  void anEndedProcessIsNamedWithTheEndOfItsLog() {
    RunDirectory run = new StateDirectory(root).newRun();
    try (Launcher launcher = new Launcher(run, false)) {
      RunningProcess process =
          launcher.start(
              Launcher.Spec.of("failing", List.of("sh", "-c", "echo no such luck; exit 3")));
      assertThatThrownBy(() -> process.await("success", Duration.ofSeconds(10), () -> false))
          .isInstanceOf(BedException.class)
          .hasMessageContaining("failing ended with status 3")
          .hasMessageContaining("no such luck");
    } finally {
      RunRemoval.remove(run);
    }
  }

  @Test
  void aStateDirectoryThatIsTooLongForSocketsIsRefused() {
    assertThatThrownBy(() -> new StateDirectory(Path.of("/" + "x".repeat(60))))
        .isInstanceOf(BedException.class)
        .hasMessageContaining("at most 40 characters");
  }
}
