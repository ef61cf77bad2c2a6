package dev.hacolo.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.checkpoint.CheckpointRecord;
import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.metrics.AgentMetrics;
import dev.hacolo.common.api.CheckpointSummary;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SessionCheckpointsTest {
  private static final long SECOND = 1_000_000_000;

  private final AgentMetrics metrics = new AgentMetrics();
  private final SessionCheckpoints checkpoints = new SessionCheckpoints(metrics.checkpoints());

  private void take(long now) {
    Set<CheckpointCause> causes = Set.of(CheckpointCause.INTERVAL);
    checkpoints.taken(new CheckpointRecord(1, causes, SECOND, SECOND / 10, true), now);
  }

  @Test
  void aSecondaryHasNoAccount() {
    checkpoints.renew(SECOND);
    checkpoints.ended(SECOND);
    assertThat(checkpoints.summary(SECOND)).isNull();
  }

  @Test
  void theLastWordOnAGenerationStaysUntilTheNextOneBegins() {
    checkpoints.generation(4);
    checkpoints.begun(0);
    take(SECOND);
    checkpoints.renew(2 * SECOND);
    take(9 * SECOND);
    checkpoints.ended(10 * SECOND);
    CheckpointSummary last =
        new CheckpointSummary(4, 10_000, 2, Map.of("interval", 2L), 200_000, 100_000);
    assertThat(checkpoints.summary(10 * SECOND)).isEqualTo(last);
    assertThat(checkpoints.summary(500 * SECOND)).isEqualTo(last);
    checkpoints.generation(6);
    assertThat(checkpoints.summary(500 * SECOND)).isEqualTo(last);
    checkpoints.begun(500 * SECOND);
    assertThat(checkpoints.summary(501 * SECOND)).isNull();
    take(502 * SECOND);
    checkpoints.renew(503 * SECOND);
    assertThat(checkpoints.summary(503 * SECOND))
        .isEqualTo(new CheckpointSummary(6, 3_000, 1, Map.of("interval", 1L), 100_000, 100_000));
    assertThat(metrics.scrape()).contains("ha_colo_checkpoints_total{cause=\"interval\"} 3.0");
  }
}
