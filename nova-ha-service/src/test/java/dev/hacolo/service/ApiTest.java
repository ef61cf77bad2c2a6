package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceBed;
import dev.hacolo.service.bed.ServiceClient;
import io.vertx.core.http.HttpMethod;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** The interfaces for operators, and who may use which. */
class ApiTest extends EndToEnd {
  private void refused(ServiceClient.Answer answer, int status, String code) throws Exception {
    assertThat(answer.status()).isEqualTo(status);
    JsonNode error = ApiJson.mapper().readTree(answer.body()).path("errors").get(0);
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("request_id").asText()).isEqualTo(answer.requestId());
    assertThat(answer.requestId()).startsWith("req-");
  }

  @Test
  void anOperatorLetsASecondaryTakeOver() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    String path = "/v1/pairs/" + id(pair) + "/actions/failover";
    assertThat(bed.operator().call("POST", path, "").status()).isEqualTo(202);
    bed.awaitPair(
        INSTANCE,
        "roles swapped",
        p ->
            p.path("state").asText().equals("PROTECTED")
                && p.path("primary_host").asText().equals("node-b"));
    assertThat(a.orders()).anyMatch(order -> order.target() == SessionTarget.STAND_DOWN);
    assertThat(b.runs(INSTANCE)).isTrue();
    assertThat(bed.events(id(pair))).contains("FAILOVER_ORDERED");
    assertThat(bed.get("/v1/pairs/" + id(pair) + "/history").toString())
        .contains("operator olivia");
  }

  @Test
  void anOperatorEndsTheProtection() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    String path = "/v1/pairs/" + id(pair) + "/actions/unprotect";
    b.claimWhenPeerIsAbsent(a);
    assertThat(bed.operator().call("POST", path, "").status()).isEqualTo(202);
    bed.awaitState(INSTANCE, "RELEASED");
    await().until(() -> b.session(id(pair)).isEmpty());
    // The secondary may take the primary's leaving for a loss, as a real one does; it must not win.
    assertThat(b.lastVerdict()).isNotEqualTo(ClaimDecision.Verdict.GO_SOLO);
    assertThat(bed.operator().call("POST", path, "").status()).isEqualTo(202);
    assertThat(a.runs(INSTANCE)).isTrue();
    assertThat(a.orders()).noneMatch(order -> order.target() == SessionTarget.STAND_DOWN);
    // The flavor still asks for it, but an operator's word stands.
    bed.restartService();
    bed.notify(ServiceBed.notification("instance.create.end", INSTANCE, "create-late"));
    await().until(() -> bed.management("/metrics").contains("hacolo_openstack_up 1.0"));
    assertThat(bed.pairs()).hasSize(1);
  }

  @Test
  void actionsThatMakeNoSenseAreRefusedWithASentence() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    JsonNode pair = bed.awaitState(INSTANCE, "REQUESTED");
    String actions = "/v1/pairs/" + id(pair) + "/actions/";
    refused(bed.operator().call("POST", actions + "failover", ""), 409, "ha-colo.action.refused");
    refused(bed.operator().call("POST", actions + "dance", ""), 404, "ha-colo.action.unknown");
    String unknown = "/v1/pairs/" + UUID.randomUUID();
    refused(bed.operator().call("GET", unknown, ""), 404, "ha-colo.pair.not-found");
    refused(
        bed.operator().call("POST", unknown + "/actions/failover", ""),
        404,
        "ha-colo.pair.not-found");
    refused(bed.operator().call("GET", "/v1/pairs/7", ""), 400, "ha-colo.uuid.wrong");
    refused(bed.operator().call("GET", "/v1/pairs?limit=0", ""), 400, "ha-colo.parameter.wrong");
    refused(bed.operator().call("GET", "/v1/nothing", ""), 404, "ha-colo.http.404");
    refused(
        bed.operator().call("POST", actions + "failover", "x".repeat(70_000)),
        413,
        "ha-colo.http.413");
  }

  @Test
  void pairsAreListedInPages() throws Exception {
    for (int i = 0; i < 5; i++) {
      bed.notify(ServiceBed.notification("instance.create.end", UUID.randomUUID(), "create-" + i));
    }
    JsonNode first = bed.get("/v1/pairs?limit=3").path("pairs");
    assertThat(first).hasSize(3);
    String marker = first.get(2).path("id").asText();
    JsonNode second = bed.get("/v1/pairs?limit=3&marker=" + marker).path("pairs");
    assertThat(second).hasSize(2);
    assertThat(first.findValuesAsText("id"))
        .doesNotContainAnyElementsOf(second.findValuesAsText("id"));
  }

  @Test
  void everyoneStaysInTheirRole() throws Exception {
    FakeAgent a = bed.agent("node-a");
    refused(a.client().call("GET", "/v1/pairs", ""), 403, "ha-colo.forbidden");
    refused(bed.operator().call("PUT", "/agent/v1/hosts/node-a", "{}"), 403, "ha-colo.forbidden");
    await().until(() -> bed.get("/v1/hosts").path("hosts").size() == 1);
    JsonNode host = bed.get("/v1/hosts/node-a").path("host");
    assertThat(host.path("alive").asBoolean()).isTrue();
    // node-b's certificate does not speak for node-a.
    String report =
        """
        {"host":"node-a","incarnation":"%s","sequence":1,"agent_version":"x","protocol":1,
         "api_url":"https://127.0.0.1:1","address":"127.0.0.1","peer_port":1,
         "capabilities":{"qemu_version":"7","accelerator":"tcg","cpu_model":"c"},
         "capacity":{"cpus":1,"memory_free_kib":1,"disk_free_bytes":1},
         "failure_domain":"r","problems":[],"guests":[],"sessions":[]}
        """
            .formatted(UUID.randomUUID());
    try (ServiceClient b = bed.client("agent", "node-b")) {
      refused(b.call("PUT", "/agent/v1/hosts/node-a", report), 403, "ha-colo.forbidden");
      refused(b.call("PUT", "/agent/v1/hosts/node-b", report), 403, "ha-colo.forbidden");
      refused(
          b.call("PUT", "/agent/v1/hosts/node-b", "{\"host\":\"-\"}"), 400, "ha-colo.body.wrong");
    }
  }

  @Test
  void historyIsStreamed() throws Exception {
    Queue<String> stream = new ConcurrentLinkedQueue<>();
    bed.operator()
        .http()
        .request(HttpMethod.GET, bed.service().apiPort(), "127.0.0.1", "/v1/events")
        .compose(request -> request.send())
        .onSuccess(response -> response.handler(chunk -> stream.add(chunk.toString())));
    await().until(() -> String.join("", stream).startsWith(": history"));
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    protectedPair(a);
    await().until(() -> String.join("", stream).contains("\"to\":\"PROTECTED\""));
    String text = String.join("", stream);
    assertThat(text).contains("event: history").contains("\"event\":\"HOST_CHOSEN\"");
    assertThat(text.split("\"event\":\"REQUESTED\"", -1)).hasSize(2);
  }

  @Test
  void healthAndMetricsAreServed() throws Exception {
    assertThat(bed.management("/healthz")).contains("true");
    assertThat(bed.management("/metrics"))
        .contains("hacolo_database_up")
        .contains("hacolo_broker_up 0.0")
        .contains("hacolo_event_loop_lag");
  }
}
