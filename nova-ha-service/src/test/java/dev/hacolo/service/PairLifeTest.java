package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceBed;
import dev.hacolo.service.bed.TestCa;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service, from a notification to a survived loss. */
class PairLifeTest {
  private static final UUID INSTANCE = UUID.fromString("8060fbfc-5c9d-4f3d-b386-eaa567cfbea6");
  private static final Map<String, String> SPECS = Map.of("ha_colo:enabled", "true");

  @TempDir static Path directory;
  private static EmbeddedPostgres postgres;
  private static TestCa ca;
  private ServiceBed bed;

  @BeforeAll
  static void startPostgres() throws Exception {
    postgres = EmbeddedPostgres.start();
    ca = new TestCa(directory);
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void start() throws Exception {
    bed = new ServiceBed(ca, directory, postgres);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private JsonNode protectedPair(FakeAgent a) throws Exception {
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    return bed.awaitState(INSTANCE, "PROTECTED");
  }

  private static UUID id(JsonNode pair) {
    return UUID.fromString(pair.path("id").asText());
  }

  @Test
  void aServerIsProtectedSurvivesItsPrimaryAndIsProtectedAgain() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    UUID id = id(pair);
    assertThat(pair.path("secondary_host").asText()).isEqualTo("node-b");
    assertThat(bed.cloud().reservations().values())
        .singleElement()
        .satisfies(r -> assertThat(r.memoryMb()).isEqualTo(512));
    assertThat(bed.cloud().inactiveBindings(INSTANCE)).containsExactly("node-b");
    long generation = pair.path("generation").asLong();

    a.loseHost();
    long start = System.nanoTime();
    ClaimDecision decision = b.claim(id, generation, UUID.randomUUID(), Claim.Kind.PEER_LOST);
    long tookMs = (System.nanoTime() - start) / 1_000_000;
    assertThat(decision.verdict()).isEqualTo(ClaimDecision.Verdict.GO_SOLO);
    assertThat(decision.generation()).isEqualTo(generation + 1);
    assertThat(tookMs).isLessThan(1000);
    JsonNode solo = bed.awaitState(INSTANCE, "SOLO");
    assertThat(solo.path("primary_host").asText()).isEqualTo("node-b");
    await()
        .until(() -> bed.cloud().activeBinding(INSTANCE).equals(java.util.Optional.of("node-b")));
    assertThat(b.runs(INSTANCE)).isTrue();

    a.restart(bed.service().apiPort());
    JsonNode again = bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(again.path("primary_host").asText()).isEqualTo("node-b");
    assertThat(again.path("secondary_host").asText()).isEqualTo("node-a");
    assertThat(bed.events(id))
        .containsSubsequence(
            "REQUESTED",
            "HOST_CHOSEN",
            "RESOURCES_READY",
            "PROTECTED",
            "PRIMARY_LOST",
            "SERVING_ALONE",
            "HOST_CHOSEN",
            "RESOURCES_READY",
            "PROTECTED");
  }
}
