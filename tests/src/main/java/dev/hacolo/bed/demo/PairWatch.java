package dev.hacolo.bed.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.control.ApiClient;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Follows one instance's pair through the admin API and puts what is new in its history on the
 * timeline, with the times that the service has recorded.
 */
final class PairWatch {
  private final ApiClient api;
  private final UUID instance;
  private final Timeline timeline;
  private final List<Step> history = new ArrayList<>();
  private long lastRow;
  private Optional<Pair> last = Optional.empty();

  /**
   * A pair as the API shows it.
   *
   * @param id its id
   * @param state its state
   * @param generation its incarnation
   * @param primary host of the primary, empty if there is none
   * @param secondary host of the secondary, empty if there is none
   * @param reason why it is in this state
   * @param diskPercent progress of the disk copy
   * @param ramPercent progress of the RAM copy
   */
  record Pair(
      String id,
      String state,
      long generation,
      String primary,
      String secondary,
      String reason,
      int diskPercent,
      int ramPercent) {
    boolean isProtected(String primaryHost, String secondaryHost) {
      return state.equals("PROTECTED")
          && primary.equals(primaryHost)
          && secondary.equals(secondaryHost);
    }
  }

  /** An entry of the pair's history. */
  record Step(Instant at, String event, String state, String reason) {}

  PairWatch(ApiClient api, UUID instance, Timeline timeline) {
    this.api = api;
    this.instance = instance;
    this.timeline = timeline;
  }

  /** Follows the pair until it is as wanted. */
  Pair await(String what, Duration deadline, Predicate<Pair> wanted) {
    Await.until(
        deadline,
        () -> look().filter(wanted).isPresent(),
        () ->
            "%s: not within %d s; the pair is %s"
                .formatted(
                    what,
                    deadline.toSeconds(),
                    last.map(p -> p.state() + ": " + p.reason()).orElse("unknown")));
    timeline.endProgress();
    return last.orElseThrow();
  }

  /** When an event was recorded for the first time after a moment. */
  Instant recorded(String event, Instant after) {
    return first(event, after).at();
  }

  /** Why something was done, for the first time after a moment. */
  String reason(String event, Instant after) {
    return first(event, after).reason();
  }

  private Step first(String event, Instant after) {
    return history.stream()
        .filter(step -> step.event().equals(event) && !step.at().isBefore(after))
        .findFirst()
        .orElseThrow(() -> new BedException("the pair's history has no " + event));
  }

  private Optional<Pair> look() {
    for (JsonNode node : api.get("/v1/pairs").required("pairs")) {
      if (node.path("instance_uuid").asText().equals(instance.toString())
          && !node.path("state").asText().equals("RELEASED")) {
        // The list may be brief: the pair's own page has its progress.
        return follow(api.get("/v1/pairs/" + node.required("id").asText()).required("pair"));
      }
    }
    return last;
  }

  private Optional<Pair> follow(JsonNode node) {
    Pair pair =
        new Pair(
            node.required("id").asText(),
            node.required("state").asText(),
            node.path("generation").asLong(),
            node.path("primary_host").asText(""),
            node.path("secondary_host").asText(""),
            node.path("reason").asText(""),
            node.path("disk_percent").asInt(0),
            node.path("ram_percent").asInt(0));
    for (JsonNode row :
        api.get("/v1/pairs/" + pair.id() + "/history?marker=" + lastRow).required("history")) {
      lastRow = row.required("id").asLong();
      record(row);
    }
    if (pair.state().equals("SYNCING")) {
      timeline.progress(pair.diskPercent(), pair.ramPercent());
    }
    last = Optional.of(pair);
    return last;
  }

  private void record(JsonNode entry) {
    Step step =
        new Step(
            Instant.parse(entry.required("at").asText()),
            entry.required("event").asText(),
            entry.path("to").asText(),
            entry.path("reason").asText());
    history.add(step);
    timeline.eventAt(step.at(), "%-12s %s: %s", step.state(), step.event(), step.reason());
  }
}
