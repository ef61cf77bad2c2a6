package dev.hacolo.bed.stage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.control.ApiClient;
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
 * timeline, with the times that the service has recorded. Thread-safe; has a thread of its own.
 */
public final class PairWatch implements AutoCloseable {
  private static final long LOOK_EVERY_MS = 100;

  private final ApiClient api;
  private final UUID instance;
  private final Timeline timeline;
  private final List<Step> history = new ArrayList<>();
  private String situation = "the service was not asked yet";
  private boolean closed;
  private volatile long lastRow;
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
   * @param agentsAgree whether the agents of both hosts live and say that it is protected
   */
  public record Pair(
      String id,
      String state,
      long generation,
      String primary,
      String secondary,
      String reason,
      boolean agentsAgree) {
    /** Whether it is protected on these hosts. */
    public boolean isProtected(String primaryHost, String secondaryHost) {
      return state.equals("PROTECTED")
          && primary.equals(primaryHost)
          && secondary.equals(secondaryHost);
    }
  }

  /** An entry of the pair's history. */
  public record Step(Instant at, String event, String state, String reason) {}

  /**
   * Begins to follow.
   *
   * @param api as an operator
   */
  public PairWatch(ApiClient api, UUID instance, Timeline timeline) {
    this.api = api;
    this.instance = instance;
    this.timeline = timeline;
    Thread thread = new Thread(this::follow, "pair-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns when the pair is as wanted. */
  public synchronized Pair await(String what, Duration deadline, Predicate<Pair> wanted) {
    long end = System.nanoTime() + deadline.toNanos();
    while (last.filter(wanted).isEmpty()) {
      long leftMs = (end - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new BedException(
            "%s: not within %d s; %s".formatted(what, deadline.toSeconds(), situation));
      }
      try {
        wait(leftMs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BedException("interrupted while waiting for " + what, e);
      }
    }
    timeline.endProgress();
    return last.orElseThrow();
  }

  /** When an event was recorded for the first time after a moment. */
  public Instant recorded(String event, Instant after) {
    return first(event, after).at();
  }

  /** Why something was done, for the first time after a moment. */
  public String reason(String event, Instant after) {
    return first(event, after).reason();
  }

  /** Ends the thread. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  private synchronized Step first(String event, Instant after) {
    return history.stream()
        .filter(step -> step.event().equals(event) && !step.at().isBefore(after))
        .findFirst()
        .orElseThrow(() -> new BedException("the pair's history has no " + event));
  }

  private void follow() {
    while (true) {
      try {
        look();
      } catch (BedException e) {
        say("the service cannot be asked: " + e.getMessage());
      }
      synchronized (this) {
        try {
          wait(LOOK_EVERY_MS);
        } catch (InterruptedException e) {
          return;
        }
        if (closed) {
          return;
        }
      }
    }
  }

  private void look() {
    for (JsonNode node : api.get("/v1/pairs").required("pairs")) {
      if (node.path("instance_uuid").asText().equals(instance.toString())
          && !node.path("state").asText().equals("RELEASED")) {
        // The list is brief: the pair's own page has its progress.
        String id = node.required("id").asText();
        JsonNode pair = api.get("/v1/pairs/" + id).required("pair");
        String rows = "/v1/pairs/%s/history?marker=%d".formatted(id, lastRow);
        take(pair, api.get(rows).required("history"));
        return;
      }
    }
    say("the service knows no pair of this instance");
  }

  private synchronized void say(String text) {
    situation = text;
  }

  private synchronized void take(JsonNode node, JsonNode rows) {
    Pair pair =
        new Pair(
            node.required("id").asText(),
            node.required("state").asText(),
            node.path("generation").asLong(),
            node.path("primary_host").asText(""),
            node.path("secondary_host").asText(""),
            node.path("reason").asText(""),
            agentsAgree(node));
    for (JsonNode row : rows) {
      lastRow = row.required("id").asLong();
      record(row);
    }
    if (pair.state().equals("SYNCING")) {
      timeline.progress(node.path("disk_percent").asInt(0), node.path("ram_percent").asInt(0));
    } else {
      timeline.endProgress();
    }
    situation = "the pair is %s: %s".formatted(pair.state(), pair.reason());
    last = Optional.of(pair);
    notifyAll();
  }

  private static boolean agentsAgree(JsonNode pair) {
    int protects = 0;
    for (JsonNode session : pair.path("sessions")) {
      boolean current = session.path("generation").asLong() == pair.path("generation").asLong();
      boolean lives = session.path("host_alive").asBoolean();
      protects += current && lives && session.path("phase").asText().equals("PROTECTED") ? 1 : 0;
    }
    return protects == 2;
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
