package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceBed;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Protection off and on again by an operator's word. */
class SuspendTest extends EndToEnd {
  @Test
  void aSuspendedPairGivesItsSecondaryBackAndStaysSoOverARestart() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    assertThat(order(pair, "suspend", "").status()).isEqualTo(202);
    JsonNode suspended = bed.awaitState(INSTANCE, "SUSPENDED");
    assertThat(suspended.path("primary_host").asText()).isEqualTo("node-a");
    assertThat(suspended.has("secondary_host")).isFalse();
    assertThat(suspended.path("reason").asText())
        .isEqualTo("operator olivia suspended the protection");
    await().until(() -> b.session(id(pair)).isEmpty());
    await().until(() -> bed.cloud().reservations().isEmpty());
    await().until(() -> bed.cloud().inactiveBindings(INSTANCE).isEmpty());
    assertThat(a.runs(INSTANCE)).isTrue();
    assertThat(a.orders()).noneMatch(order -> order.target() == SessionTarget.STAND_DOWN);
    assertThat(order(pair, "suspend", "").status()).isEqualTo(202);

    bed.restartService();
    bed.agent("node-c");
    bed.notify(ServiceBed.notification("instance.update"));
    await().until(() -> bed.get("/v1/hosts").path("hosts").size() == 3);
    await()
        .until(() -> bed.management("/metrics").contains("hacolo_pairs{state=\"SUSPENDED\"} 1.0"));
    await().until(() -> bed.management("/metrics").contains("hacolo_openstack_up 1.0"));
    assertThat(now(pair).path("state").asText()).isEqualTo("SUSPENDED");
    assertThat(now(pair).path("generation").asLong()).isEqualTo(generation(suspended));

    assertThat(order(pair, "resume", "").status()).isEqualTo(202);
    bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(order(pair, "resume", "").status()).isEqualTo(202);
    assertThat(bed.events(id(pair)))
        .containsSubsequence(
            "PROTECTED",
            "SUSPEND_ORDERED",
            "SECONDARY_DROPPED",
            "SERVING_ALONE",
            "SUSPENDED",
            "RESUMED_TO_SOLO",
            "HOST_CHOSEN",
            "PROTECTED")
        .doesNotContain("SECONDARY_LOST");
  }

  @Test
  void aSyncIsSuspendedAndBegunAnew() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    a.hold(SessionPhase.MIRRORING);
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    JsonNode pair = bed.awaitPair(INSTANCE, "progress", p -> p.path("disk_percent").asInt() == 50);
    assertThat(order(pair, "suspend", "").status()).isEqualTo(202);
    bed.awaitState(INSTANCE, "SUSPENDED");
    await().until(() -> a.session(id(pair)).isEmpty() && b.session(id(pair)).isEmpty());
    await().until(() -> bed.cloud().reservations().isEmpty());
    assertThat(bed.cloud().inactiveBindings(INSTANCE)).isEqualTo(Set.of());
    assertThat(a.runs(INSTANCE)).isTrue();

    a.release();
    assertThat(order(pair, "resume", "").status()).isEqualTo(202);
    bed.awaitState(INSTANCE, "PROTECTED");
  }

  @Test
  void aSuspendedPairIsReleasedWithItsServer() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    order(pair, "suspend", "");
    bed.awaitState(INSTANCE, "SUSPENDED");
    bed.cloud().delete(INSTANCE);
    bed.notify(ServiceBed.notification("instance.delete.end", INSTANCE, "delete-1"));
    bed.awaitState(INSTANCE, "RELEASED");
    await().until(() -> a.session(id(pair)).isEmpty());
    assertThat(order(pair, "resume", "").body()).contains("released");
  }
}
