package dev.hacolo.service.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.CheckpointSummary;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckpointNoteTest {
  private static CheckpointNote note(long coveredMs) {
    return CheckpointNote.of(
        new CheckpointSummary(
            2,
            coveredMs,
            41,
            Map.of("interval", 6L, "divergence", 33L, "hold_time", 6L),
            2_214_000,
            90_400),
        "node-a");
  }

  @Test
  void itIsOneSentenceAndFigures() {
    CheckpointNote note = note(61_500);
    assertThat(note.reason())
        .isEqualTo(
            "41 checkpoint(s) in 61 s (33 divergence, 6 hold_time, 6 interval); paused for 3.6 % of"
                + " the time, 54.0 ms on average, 90.4 ms at most");
    assertThat(note.detail())
        .containsEntry("host", "node-a")
        .containsEntry("covered_ms", 61_500L)
        .containsEntry("checkpoints", 41L)
        .containsEntry("pause_total_us", 2_214_000L)
        .containsEntry("pause_mean_us", 54_000L)
        .containsEntry("pause_max_us", 90_400L)
        .containsEntry("paused_percent", 3.6);
  }

  @Test
  void theOneThatCoversMoreTimeIsLater() {
    assertThat(note(61_500).isLaterThan(note(60_000).detail())).isTrue();
    assertThat(note(60_000).isLaterThan(note(60_000).detail())).isFalse();
    assertThat(note(1).isLaterThan(Map.of())).isTrue();
    // As it comes back from the database.
    assertThat(note(60_000).isLaterThan(Map.of("covered_ms", 60_000))).isFalse();
  }
}
