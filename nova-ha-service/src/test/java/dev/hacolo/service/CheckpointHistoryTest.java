package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.Claim;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a pair's history says of its checkpoints. */
class CheckpointHistoryTest extends EndToEnd {
  private List<JsonNode> rows(JsonNode pair) throws Exception {
    List<JsonNode> rows = new ArrayList<>();
    bed.get("/v1/pairs/" + id(pair) + "/history")
        .path("history")
        .forEach(
            row -> {
              if (row.path("event").asText().equals("CHECKPOINTS")) {
                rows.add(row);
              }
            });
    return rows;
  }

  private JsonNode awaitRow(JsonNode pair, long checkpoints) {
    await()
        .until(
            () ->
                rows(pair).stream()
                    .anyMatch(r -> r.path("detail").path("checkpoints").asLong() == checkpoints));
    try {
      List<JsonNode> rows = rows(pair);
      return rows.get(rows.size() - 1);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneRowOfEachProtectionIsKeptUpToDate() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    UUID id = id(pair);
    a.sessions().checkpoints(id, generation(pair), 60, 3);
    JsonNode first = awaitRow(pair, 3);
    assertThat(first.path("from").asText()).isEqualTo("PROTECTED");
    assertThat(first.path("to").asText()).isEqualTo("PROTECTED");
    assertThat(first.path("reason").asText())
        .isEqualTo(
            "3 checkpoint(s) in 60 s (3 divergence, 1 hold_time); paused for 0.3 % of the time,"
                + " 50.0 ms on average, 50.0 ms at most");
    a.sessions().checkpoints(id, generation(pair), 120, 7);
    JsonNode second = awaitRow(pair, 7);
    assertThat(rows(pair)).hasSize(1);
    assertThat(second.path("id").asLong())
        .as("a reader goes on")
        .isGreaterThan(first.path("id").asLong());
    // An older report that comes late changes nothing.
    a.sessions().checkpoints(id, generation(pair), 60, 3);
    a.sessions().checkpoints(id, generation(pair), 180, 9);
    awaitRow(pair, 9);
    assertThat(rows(pair)).hasSize(1);
    assertThat(bed.events(id)).containsSubsequence("PROTECTED", "CHECKPOINTS");

    // The next protection has its own row; the last word on the former one may come late.
    b.claim(id, generation(pair), UUID.randomUUID(), Claim.Kind.PEER_LOST);
    JsonNode again =
        bed.awaitPair(
            INSTANCE,
            "protected again",
            p -> p.path("state").asText().equals("PROTECTED") && generation(p) > generation(pair));
    assertThat(again.path("primary_host").asText()).isEqualTo("node-a");
    a.sessions().checkpoints(id, generation(pair), 200, 11);
    awaitRow(pair, 11);
    a.sessions().checkpoints(id, generation(again), 60, 2);
    awaitRow(pair, 2);
    assertThat(rows(pair))
        .extracting(row -> row.path("generation").asLong())
        .containsExactly(generation(pair), generation(again));
  }

  @Test
  void onlyThePrimarysAgentIsHeard() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    b.sessions().checkpoints(id(pair), generation(pair), 60, 99);
    a.sessions().checkpoints(id(pair), generation(pair) + 5, 60, 98);
    a.sessions().checkpoints(id(pair), generation(pair), 60, 3);
    awaitRow(pair, 3);
    assertThat(rows(pair)).hasSize(1);
  }
}
