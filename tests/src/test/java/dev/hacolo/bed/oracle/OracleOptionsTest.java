package dev.hacolo.bed.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.bed.oracle.load.Workload;
import dev.hacolo.bed.oracle.steps.ProtocolStep;
import dev.hacolo.bed.process.BedException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OracleOptionsTest {
  @Test
  void whatIsNotAllowedIsSaid() {
    assertThatThrownBy(
            () -> OracleOptions.parse(0, "compare", 1, "200-2000", 0, "", "usual", "qemu"))
        .isInstanceOf(BedException.class)
        .hasMessageContaining("--kills");
    assertThatThrownBy(() -> OracleOptions.parse(1, "never", 1, "200-2000", 0, "", "usual", "qemu"))
        .isInstanceOf(BedException.class)
        .hasMessageContaining("--release is 'never'");
    assertThatThrownBy(
            () -> OracleOptions.parse(1, "compare", 1, "2000-200", 0, "", "usual", "qemu"))
        .isInstanceOf(BedException.class)
        .hasMessageContaining("--moments");
  }

  @Test
  void aSeedMakesTheSamePlans() {
    OracleOptions options =
        OracleOptions.parse(3, "compare", 5, "200-2000", 0, "", "usual", "qemu");
    SplittableRandom one = new SplittableRandom(5);
    SplittableRandom other = new SplittableRandom(5);
    for (int i = 1; i <= 50; i++) {
      RoundPlan plan = RoundPlan.of(i, options, one);
      assertThat(plan).isEqualTo(RoundPlan.of(i, options, other));
      assertThat(plan.afterMs()).isBetween(200, 2000);
    }
  }

  @Test
  void killsArePlacedAtStepsInTurn() {
    OracleOptions all = OracleOptions.parse(3, "compare", 5, "200-2000", 0, "all", "usual", "qemu");
    assertThat(all.steps()).containsExactly(ProtocolStep.values());
    OracleOptions two =
        OracleOptions.parse(
            3, "compare", 5, "200-2000", 0, "record-kept,load-arrived", "usual", "qemu");
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 1; i <= 20; i++) {
      RoundPlan plan = RoundPlan.of(i, two, random);
      ProtocolStep expected = i % 2 == 1 ? ProtocolStep.RECORD_KEPT : ProtocolStep.LOAD_ARRIVED;
      assertThat(plan.at()).isEqualTo(expected);
      assertThat(plan.passes()).isBetween(0, expected.mostPasses() - 1);
    }
    assertThatThrownBy(
            () ->
                OracleOptions.parse(1, "compare", 1, "200-2000", 0, "input-fed,x", "usual", "qemu"))
        .isInstanceOf(BedException.class)
        .hasMessageContaining("--at is 'x'")
        .hasMessageContaining("load-told");
  }

  @Test
  void lossesComeInTurn() {
    OracleOptions options =
        OracleOptions.parse(9, "strict", 5, "200-2000", 0, "", "usual", "link,hand-over");
    SplittableRandom random = new SplittableRandom(5);
    assertThat(RoundPlan.of(1, options, random).loss()).isEqualTo(Loss.LINK);
    assertThat(RoundPlan.of(2, options, random).loss()).isEqualTo(Loss.HAND_OVER);
    assertThat(RoundPlan.of(3, options, random).loss()).isEqualTo(Loss.LINK);
    assertThatThrownBy(
            () -> OracleOptions.parse(1, "strict", 1, "200-2000", 0, "", "usual", "qemu,"))
        .hasMessageContaining("--losses has '': allowed are qemu, node, agent, link, hand-over");
  }

  @Test
  void aKillWaitsForTheMeetingThatItShallFollow() {
    RoundPlan anyhow = new RoundPlan(1, Loss.QEMU, 300, "busy", 2, 400, 0, null, 0);
    assertThat(anyhow.due(1_050_000_000L)).isEqualTo(1_350_000_000L);
    RoundPlan meeting = new RoundPlan(1, Loss.QEMU, 300, "busy", 2, 400, 7, null, 0);
    assertThat(meeting.due(1_050_000_000L)).isEqualTo(1_607_000_000L);
    assertThat(meeting.due(-50_000_000L)).isEqualTo(407_000_000L);
  }

  @Test
  void figuresAreReadFromMetrics() {
    Figures before = Figures.of("ha_colo_released_frames_total{reason=\"compared\"} 10.0\n");
    Figures after =
        Figures.of(
            """
            # TYPE x counter
            ha_colo_released_frames_total{nic="0",reason="compared"} 17.0
            ha_colo_released_frames_total{reason="no_content"} 1.2E3
            ha_colo_checkpoint_pause_seconds_count 4
            """);
    assertThat(after.releasedSince(before))
        .containsEntry("compared", 7L)
        .containsEntry("no_content", 1200L);
    assertThat(after.checkpoints()).isEqualTo(4);
  }

  @Test
  void aWorkloadHasAName() {
    assertThat(
            OracleOptions.parse(1, "provenance", 1, "200-2000", 0, "", "queue", "qemu").workload())
        .isEqualTo(Workload.QUEUE);
    assertThatThrownBy(
            () -> OracleOptions.parse(1, "compare", 1, "200-2000", 0, "", "QUEUE", "qemu"))
        .hasMessageContaining("--workload is 'QUEUE': allowed are usual, queue");
  }
}
