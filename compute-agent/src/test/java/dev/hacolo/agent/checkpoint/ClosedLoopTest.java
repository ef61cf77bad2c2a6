package dev.hacolo.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.testing.Pinned;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What spreading the pauses is good for, and what it costs; docs/packet-path.md shows the table.
 */
final class ClosedLoopTest {
  private static final long MS = 1_000_000;
  private static final long LENGTH = 30_000 * MS;
  private static final CheckpointSettings DEFAULT =
      new CheckpointSettings(500 * MS, 10_000 * MS, 20);

  private static ClosedLoop.Result atOnce(int connections, double differs) {
    return new ClosedLoop(connections, differs, 50 * MS, null).run(LENGTH);
  }

  private static ClosedLoop.Result spread(int connections, double differs) {
    return new ClosedLoop(connections, differs, 50 * MS, DEFAULT).run(LENGTH);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.0015", "8, 0.0005", "8, 0.0015", "32, 0.0005"})
  void rareDivergencesAreServedAsIfAtOnce(int connections, double differs) {
    ClosedLoop.Result once = atOnce(connections, differs);
    ClosedLoop.Result spread = spread(connections, differs);
    assertThat(spread.perSecond()).isGreaterThan(0.98 * once.perSecond());
    assertThat(spread.p99()).isLessThan(1.1 * once.p99());
  }

  @ParameterizedTest
  @CsvSource({"8, 0.005, 1.03", "8, 0.02, 1.2", "32, 0.005, 1.8", "32, 0.02, 3"})
  void manyDivergencesAreMergedForMoreAnswers(int connections, double differs, double gain) {
    ClosedLoop.Result once = atOnce(connections, differs);
    ClosedLoop.Result spread = spread(connections, differs);
    assertThat(spread.perSecond()).isGreaterThan(gain * once.perSecond());
    assertThat(spread.pausedPercent()).isLessThan(20);
    assertThat(once.pausedPercent()).isGreaterThan(30);
  }

  @Test
  void theTableIsThePinnedOne() throws IOException {
    StringBuilder table =
        new StringBuilder(
            """
            connections, answers that differ | at once: answers/s, p99 ms, paused % | at most 20 %: the same
            """);
    for (int connections : new int[] {1, 8, 32}) {
      for (double differs : new double[] {0.0005, 0.0015, 0.005, 0.02}) {
        table.append(
            String.format(
                Locale.ROOT,
                "%2d, %.2f %% | %s | %s%n",
                connections,
                100 * differs,
                line(atOnce(connections, differs)),
                line(spread(connections, differs))));
      }
    }
    Pinned.check("models/checkpoint-pace.txt", table.toString());
  }

  private static String line(ClosedLoop.Result r) {
    return String.format(
        Locale.ROOT, "%4.0f, %3.0f, %2.0f", r.perSecond(), r.p99(), r.pausedPercent());
  }
}
