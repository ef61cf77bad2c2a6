package dev.hacolo.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.common.api.CheckpointSummary;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CheckpointTallyTest {
  private static final long SECOND = 1_000_000_000;

  private final CheckpointTally tally = new CheckpointTally(3, SECOND);

  private void take(long pauseMillis, CheckpointCause... causes) {
    tally.taken(new CheckpointRecord(1, Set.of(causes), SECOND, pauseMillis * 1_000_000, true));
  }

  @Test
  void nothingIsShownWithoutACheckpoint() {
    tally.renew(2 * SECOND);
    assertThat(tally.summary(200 * SECOND)).isNull();
  }

  @Test
  void whatIsShownIsRenewedOnceAMinuteOrWhenToldTo() {
    take(50, CheckpointCause.DIVERGENCE);
    assertThat(tally.summary(60 * SECOND)).isNull();
    CheckpointSummary first =
        new CheckpointSummary(3, 60_000, 1, Map.of("divergence", 1L), 50_000, 50_000);
    assertThat(tally.summary(61 * SECOND)).isEqualTo(first);
    take(70, CheckpointCause.DIVERGENCE, CheckpointCause.HOLD_TIME);
    assertThat(tally.summary(120 * SECOND)).isEqualTo(first);
    tally.renew(120 * SECOND);
    CheckpointSummary second =
        new CheckpointSummary(
            3, 119_000, 2, Map.of("divergence", 2L, "hold_time", 1L), 120_000, 70_000);
    assertThat(tally.summary(120 * SECOND)).isEqualTo(second);
    assertThat(tally.summary(179 * SECOND)).isEqualTo(second);
    assertThat(tally.summary(180 * SECOND)).isNotEqualTo(second);
  }

  @Test
  void noTimeIsCoveredAfterTheEnd() {
    take(50, CheckpointCause.REQUEST);
    tally.end(11 * SECOND);
    tally.end(20 * SECOND);
    tally.renew(30 * SECOND);
    assertThat(tally.summary(30 * SECOND)).extracting("coveredMs").isEqualTo(10_000L);
  }
}
