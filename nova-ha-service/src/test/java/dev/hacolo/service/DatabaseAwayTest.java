package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceBed;
import dev.hacolo.service.store.DatabaseUnavailableException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** PostgreSQL goes away and comes back. */
class DatabaseAwayTest extends EndToEnd {
  @Test
  void theServiceStaysUpAndGoesOn() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    JsonNode pair = protectedPair(a);

    bed.wire().cut();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> bed.management("/metrics").contains("hacolo_database_up 0.0"));
    assertThat(bed.operator().call("GET", "/v1/pairs", "").status()).isEqualTo(503);
    // Not acknowledged: the broker's consumer hands it in again.
    UUID other = UUID.randomUUID();
    bed.server(other, a, "node-a", SPECS);
    byte[] message = ServiceBed.notification("instance.create.end", other, "while-away");
    assertThatThrownBy(() -> bed.service().intake().handle(message))
        .isInstanceOf(DatabaseUnavailableException.class);
    assertThat(bed.management("/healthz")).contains("true");

    bed.wire().mend();
    bed.notify(message);
    assertThat(bed.awaitState(INSTANCE, "PROTECTED").path("id")).isEqualTo(pair.path("id"));
    bed.awaitState(other, "PROTECTED");
  }
}
