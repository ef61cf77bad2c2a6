package dev.hacolo.service.bed;

import com.fasterxml.jackson.databind.JsonNode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A bed for each test; PostgreSQL and the CA for each class. */
public abstract class EndToEnd {
  /** The instance of the captured {@code instance.create.end}. */
  protected static final UUID INSTANCE = UUID.fromString("8060fbfc-5c9d-4f3d-b386-eaa567cfbea6");

  /** A flavor that asks for protection. */
  protected static final Map<String, String> SPECS = Map.of("ha_colo:enabled", "true");

  @TempDir static Path directory;
  private static EmbeddedPostgres postgres;
  private static TestCa ca;

  /** The bed of this test. */
  protected ServiceBed bed;

  @BeforeAll
  static void startPostgres() throws IOException, InterruptedException {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    postgres = EmbeddedPostgres.start();
    ca = new TestCa(directory);
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void startBed() throws Exception {
    bed = new ServiceBed(ca, directory, postgres);
  }

  @AfterEach
  void stopBed() {
    bed.close();
  }

  /** Lets Nova create the server on node-a and waits until it is protected. */
  protected JsonNode protectedPair(FakeAgent a) throws Exception {
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    return bed.awaitState(INSTANCE, "PROTECTED");
  }

  /** Orders something for a pair as an operator. */
  protected ServiceClient.Answer order(JsonNode pair, String action, String body) throws Exception {
    return bed.operator().call("POST", "/v1/pairs/" + id(pair) + "/actions/" + action, body);
  }

  /** The pair as it is now. */
  protected JsonNode now(JsonNode pair) throws Exception {
    return bed.get("/v1/pairs/" + id(pair)).path("pair");
  }

  /** The pair's id. */
  protected static UUID id(JsonNode pair) {
    return UUID.fromString(pair.path("id").asText());
  }

  /** The pair's generation. */
  protected static long generation(JsonNode pair) {
    return pair.path("generation").asLong();
  }
}
