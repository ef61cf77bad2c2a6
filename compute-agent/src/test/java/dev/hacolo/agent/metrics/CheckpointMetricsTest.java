package dev.hacolo.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.checkpoint.CheckpointRecord;
import dev.hacolo.agent.compare.CheckpointCause;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CheckpointMetricsTest {
  private static final long SECOND = 1_000_000_000;

  private final AgentMetrics metrics = new AgentMetrics();

  private void take(Object vm, long pause, CheckpointCause... causes) {
    metrics
        .checkpoints()
        .taken(vm, new CheckpointRecord(1, Set.of(causes), SECOND, pause, true), System.nanoTime());
  }

  @Test
  void checkpointsAreCountedByCause() {
    take("a", SECOND, CheckpointCause.DIVERGENCE, CheckpointCause.HOLD_TIME);
    take("b", SECOND, CheckpointCause.DIVERGENCE);
    assertThat(metrics.scrape())
        .contains(
            "ha_colo_checkpoints_total{cause=\"divergence\"} 2.0",
            "ha_colo_checkpoints_total{cause=\"hold_time\"} 1.0",
            "ha_colo_checkpoints_total{cause=\"interval\"} 0.0");
  }

  @Test
  void thePagesOfEpochsAreSummedWhereTheyAreKnown() {
    take("a", SECOND, CheckpointCause.INTERVAL);
    CheckpointRecord counted =
        new CheckpointRecord(
            2, Set.of(CheckpointCause.INTERVAL), SECOND, SECOND, true, OptionalLong.of(300));
    metrics.checkpoints().taken("a", counted, System.nanoTime());
    assertThat(metrics.scrape())
        .contains("ha_colo_checkpoint_pages_count 1", "ha_colo_checkpoint_pages_sum 300.0");
  }

  @Test
  void theShareIsThatOfTheVmThatIsPausedMost() {
    assertThat(share()).isZero();
    take("a", 3 * SECOND, CheckpointCause.DIVERGENCE);
    take("b", 6 * SECOND, CheckpointCause.DIVERGENCE);
    assertThat(share()).isEqualTo(0.1);
    metrics.checkpoints().ended("b");
    assertThat(share()).isEqualTo(0.05);
    metrics.checkpoints().ended("a");
    assertThat(share()).isZero();
  }

  private double share() {
    String name = "ha_colo_paused_share ";
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }
}
