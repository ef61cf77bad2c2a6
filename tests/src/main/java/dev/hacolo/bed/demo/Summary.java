package dev.hacolo.bed.demo;

import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.bed.stage.Stage;
import dev.hacolo.bed.stage.Timeline;
import java.nio.file.Path;
import java.util.Locale;

/** What the demo says at its end. */
final class Summary {
  private Summary() {}

  static void print(Timeline timeline, DemoReport report) {
    timeline.line("");
    timeline.line(report.good() ? "VERDICT: good" : "VERDICT: BAD");
    report.complaints().forEach(complaint -> timeline.line("  " + complaint));
    line(timeline, "protected", "%.1f s after Nova's event", report.protectedMs() / 1000);
    line(timeline, "detected", "%.0f ms after the kill", report.detectMs());
    line(
        timeline,
        "failover",
        "%.0f ms from the kill to the first answer on an established connection",
        report.failoverMs());
    line(
        timeline,
        "gap",
        "%.0f ms: the longest that a connection waited for an answer around the kill",
        report.gapMs());
    line(
        timeline,
        "connections",
        "%d of %d survived",
        report.connections() - report.connectionsBroken(),
        report.connections());
    line(
        timeline,
        "answers",
        "%d checked byte for byte, %d wrong",
        report.answers(),
        report.wrongAnswers());
    line(
        timeline,
        "writes",
        "%d acknowledged, looked for in memory and on disk, %d missing",
        report.ackedWrites(),
        report.ackedWritesLost());
    line(
        timeline,
        "protected",
        "again %.1f s after node-a's agent came back, with the roles swapped",
        report.reprotectedMs() / 1000);
  }

  /** For {@code --keep}. */
  static void howToLook(Timeline timeline, Stage stage, Path stateDirectory) {
    timeline.line("");
    timeline.line("It all goes on running. Look at it:");
    timeline.line("  pairs     " + stage.curl("/v1/pairs"));
    timeline.line(
        "  guest     ip netns exec %s curl http://%s/index.html"
            .formatted(stage.bed().network().client().name(), GuestBlueprint.ADDRESS));
    timeline.line("  logs      " + stage.bed().run().path().resolve("logs"));
    timeline.line("Stop it:");
    boolean usual = stateDirectory.equals(StateDirectory.DEFAULT);
    timeline.line("  ./ha-colo demo --stop" + (usual ? "" : " --state-dir " + stateDirectory));
  }

  private static void line(Timeline timeline, String name, String format, Object... arguments) {
    timeline.line(
        String.format(Locale.ROOT, "  %-12s ", name)
            + String.format(Locale.ROOT, format, arguments));
  }
}
