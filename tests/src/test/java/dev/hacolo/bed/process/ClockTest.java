package dev.hacolo.bed.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The bed compares times of two JVMs: {@link System#nanoTime} must be one clock for all. */
class ClockTest {
  /** Prints the time. */
  public static final class OtherJvm {
    private OtherJvm() {}

    /** Prints it once. */
    public static void main(String[] arguments) {
      System.out.println(System.nanoTime());
    }
  }

  @Test
  void nanoTimeIsTheSameClockInEveryJvm() throws Exception {
    long before = System.nanoTime();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                OtherJvm.class.getName())
            .start();
    String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    long after = System.nanoTime();
    assertThat(Long.parseLong(said.strip())).isBetween(before, after);
  }
}
