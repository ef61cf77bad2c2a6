package dev.hacolo.bed.chaos;

import dev.hacolo.bed.stage.Timeline;
import java.util.List;

/**
 * The content of {@code --json}.
 *
 * @param seed of all choices
 * @param good the verdict
 * @param complaints why it is not; the first ones
 * @param episodes all that came to their end
 * @param slowestProtectionMs longest time from the end of the last fault of an episode until the
 *     pair was protected again
 * @param timeline what happened and when
 */
record ChaosReport(
    long seed,
    boolean good,
    List<String> complaints,
    List<EpisodeResult> episodes,
    long slowestProtectionMs,
    List<Timeline.Entry> timeline) {
  ChaosReport {
    complaints = List.copyOf(complaints);
    episodes = List.copyOf(episodes);
    timeline = List.copyOf(timeline);
  }

  static ChaosReport of(
      long seed,
      List<String> complaints,
      List<EpisodeResult> episodes,
      List<Timeline.Entry> timeline) {
    long slowest = episodes.stream().mapToLong(EpisodeResult::protectedAgainMs).max().orElse(0);
    boolean good = complaints.isEmpty() && !episodes.isEmpty();
    return new ChaosReport(seed, good, complaints, episodes, slowest, timeline);
  }

  /** For a person. */
  String text() {
    return "VERDICT: %s, seed %d: %d episodes, %d requests (%d without an answer), %d violations,"
            .formatted(
                good ? "good" : "BAD",
                seed,
                episodes.size(),
                episodes.stream().mapToLong(EpisodeResult::operations).sum(),
                episodes.stream().mapToLong(EpisodeResult::ambiguous).sum(),
                episodes.stream().mapToLong(e -> e.violations().size()).sum())
        + " protected again after %d ms at most%s"
            .formatted(slowestProtectionMs, complaints.isEmpty() ? "" : "; " + complaints.get(0));
  }
}
