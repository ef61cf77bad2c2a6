package dev.hacolo.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.agent.allocation.VcpuAllocator;
import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.guard.NoGuard;
import dev.hacolo.agent.metrics.AgentMetrics;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.session.Sessions;
import dev.hacolo.agent.testing.AgentConfigs;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.NoGuests;
import dev.hacolo.agent.testing.NoKnowledge;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.common.identity.TestCa;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real HTTPS with mutual TLS on loopback. */
final class AgentApiTest {
  private static final UUID PAIR = new UUID(1, 1);
  private static final UUID INSTANCE = new UUID(2, 2);

  private final EventLoop loop = new EventLoop();
  private final Path directory;
  private final TestCa ca;
  private final int port;
  private final WebClient service;
  private Future<HostReport> host = Future.failedFuture("not asked for");

  AgentApiTest(@TempDir Path directory) throws Exception {
    this.directory = directory;
    ca = new TestCa(directory, "ca");
    AgentConfig config = AgentConfigs.of(directory, ca, "a");
    Sessions sessions =
        new Sessions(
            loop.vertx(),
            config,
            new NoGuests(),
            claim -> Future.failedFuture("no service"),
            new AgentMetrics(),
            NoKnowledge.get(),
            new VcpuAllocator(loop.vertx(), List.of(), failure -> {}),
            ColoModule.off(),
            new NoGuard("off"),
            () -> {
              throw new IllegalStateException("no peer");
            });
    AgentApi api = new AgentApi(loop.vertx(), config, sessions, () -> host);
    port = loop.get(() -> api.listen().map(HttpServer::actualPort));
    service = client(ca.issue("service", "CN=nova-ha-service,OU=service"), ca);
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  private WebClient client(TestCa.Credentials own, TestCa trusted) {
    return WebClient.create(
        loop.vertx(),
        new WebClientOptions()
            .setSsl(true)
            .setVerifyHost(false)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(own.certificate().toString())
                    .setKeyPath(own.key().toString()))
            .setTrustOptions(new PemTrustOptions().addCertPath(trusted.pemFile().toString())));
  }

  private Future<HttpResponse<Buffer>> send(
      WebClient from, HttpMethod method, String path, String body) {
    return from.request(method, port, "127.0.0.1", path)
        .timeout(10_000)
        .sendBuffer(Buffer.buffer(body));
  }

  private HttpResponse<Buffer> send(HttpMethod method, String path, String body) {
    return loop.get(() -> send(service, method, path, body));
  }

  private static String json(SessionTarget target, long generation) throws IOException {
    return ApiJson.mapper()
        .writeValueAsString(
            new SessionOrder(PAIR, INSTANCE, generation, target, null, null, null, null));
  }

  private static void expectError(
      HttpResponse<Buffer> answer, int status, String code, String detail) throws IOException {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.getHeader("Content-Type")).isEqualTo("application/json");
    JsonNode error = ApiJson.mapper().readTree(answer.body().getBytes()).at("/errors/0");
    assertThat(error.path("status").asInt()).isEqualTo(status);
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("detail").asText()).contains(detail);
    assertThat(error.path("request_id").asText())
        .startsWith("req-")
        .isEqualTo(answer.getHeader("X-Openstack-Request-Id"));
  }

  @Test
  void anOrderIsTakenAndItsSessionIsShown() throws IOException {
    HttpResponse<Buffer> answer =
        send(HttpMethod.PUT, "/v1/sessions/" + PAIR, json(SessionTarget.SOLO, 3));
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.getHeader("X-Openstack-Request-Id")).startsWith("req-");
    HttpResponse<Buffer> shown = send(HttpMethod.GET, "/v1/sessions/" + PAIR, "");
    assertThat(shown.statusCode()).isEqualTo(200);
    SessionReport report = ApiJson.mapper().readValue(shown.body().getBytes(), SessionReport.class);
    assertThat(report.generation()).isEqualTo(3);
    HttpResponse<Buffer> all = send(HttpMethod.GET, "/v1/sessions", "");
    assertThat(ApiJson.mapper().readValue(all.body().getBytes(), SessionReport[].class))
        .containsExactly(report);
  }

  @Test
  void anOldOrderIsRefusedWithTheReason() throws IOException {
    send(HttpMethod.PUT, "/v1/sessions/" + PAIR, json(SessionTarget.SOLO, 3));
    expectError(
        send(HttpMethod.PUT, "/v1/sessions/" + PAIR, json(SessionTarget.STAND_DOWN, 2)),
        409,
        "ha-colo.order.refused",
        "generation 2 is over: this agent is in generation 3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
      `` | No content to map
      null | it is null
      [] | from Array value
      {} | pair_id is missing
      {"pair_id": 7} | not a valid UUID
      {"pair_id": "x"} | the order cannot be read
      not JSON | Unrecognized token
      {"pair_id": "00000000-0000-0001-0000-000000000001", "target": "DANCE"} | not one of the values accepted
      """)
  void aMalformedOrderIsOneSentence(String body, String detail) throws IOException {
    HttpResponse<Buffer> answer = send(HttpMethod.PUT, "/v1/sessions/" + PAIR, body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsString()).doesNotContain("\\n", "Exception");
    expectError(
        answer, 400, "ha-colo.order.malformed", detail.equals("not a valid UUID") ? "" : detail);
  }

  @Test
  void aHandOverIsRefusedWhereNothingIsHandedOver() throws IOException {
    String path = "/v1/sessions/%s/hand-over".formatted(PAIR);
    String order = "{\"generation\": 3}";
    expectError(
        send(HttpMethod.POST, path, order),
        404,
        "ha-colo.session.not-found",
        "this host has no session of that pair");
    send(HttpMethod.PUT, "/v1/sessions/" + PAIR, json(SessionTarget.SOLO, 3));
    expectError(
        send(HttpMethod.POST, path, order),
        409,
        "ha-colo.order.refused",
        "the instance has no secondary that could take over: its phase is SOLO");
    expectError(
        send(HttpMethod.POST, path, "{}"),
        400,
        "ha-colo.order.malformed",
        "generation is 0: allowed is 1 to");
    expectError(send(HttpMethod.POST, path, "null"), 400, "ha-colo.order.malformed", "it is null");
  }

  @Test
  void anOrderOfAnotherPairThanThePathsIsRefused() throws IOException {
    expectError(
        send(HttpMethod.PUT, "/v1/sessions/" + INSTANCE, json(SessionTarget.SOLO, 3)),
        400,
        "ha-colo.order.malformed",
        "the path and pair_id name different pairs");
  }

  @Test
  void aTooLongBodyIsRefused() throws IOException {
    expectError(
        send(HttpMethod.PUT, "/v1/sessions/" + PAIR, " ".repeat(300 << 10)),
        413,
        "ha-colo.body.too-long",
        "allowed are 262144 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/sessions/xyz", "/v1/sessions/%20"})
  void aPathThatNamesNoPairIsRefused(String path) throws IOException {
    expectError(send(HttpMethod.GET, path, ""), 400, "ha-colo.path.malformed", "is not a UUID");
  }

  @Test
  void whatIsNotThereIs404() throws IOException {
    expectError(
        send(HttpMethod.GET, "/v1/sessions/" + PAIR, ""),
        404,
        "ha-colo.session.not-found",
        "no session of that pair");
    expectError(
        send(HttpMethod.GET, "/v2", ""), 404, "ha-colo.path.unknown", "nothing at this path");
    expectError(
        send(HttpMethod.DELETE, "/v1/sessions/" + PAIR, ""),
        405,
        "ha-colo.method.unknown",
        "no such method");
  }

  @Test
  void theHeartbeatIsShown() throws IOException {
    host =
        Future.succeededFuture(
            new HostReport(
                "a",
                PAIR,
                0,
                "0.1.0",
                1,
                "https://127.0.0.1:1",
                "127.0.0.1",
                1,
                new HostReport.Capabilities("7.2.22", "tcg", "x"),
                new HostReport.Capacity(1, 1, 1),
                "rack",
                List.of(),
                List.of(),
                List.of()));
    HttpResponse<Buffer> answer = send(HttpMethod.GET, "/v1/host", "");
    assertThat(ApiJson.mapper().readValue(answer.body().getBytes(), HostReport.class).host())
        .isEqualTo("a");
  }

  @Test
  void aFaultIs500AndTellsNothing() throws IOException {
    host = Future.failedFuture(new IllegalStateException("secret"));
    HttpResponse<Buffer> answer = send(HttpMethod.GET, "/v1/host", "");
    expectError(answer, 500, "ha-colo.request.failed", "the request could not be handled");
    assertThat(answer.bodyAsString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CN=b,OU=agent", "CN=root,OU=operator", "CN=x"})
  void onlyTheServiceGetsIn(String subject) throws Exception {
    WebClient other = client(ca.issue("other", subject), ca);
    assertThat(loop.failure(() -> send(other, HttpMethod.GET, "/v1/host", ""))).isNotNull();
  }

  @Test
  void anotherCasServiceDoesNotGetIn() throws Exception {
    TestCa otherCa = new TestCa(directory, "other-ca");
    WebClient other = client(otherCa.issue("other", "CN=nova-ha-service,OU=service"), ca);
    assertThat(loop.failure(() -> send(other, HttpMethod.GET, "/v1/host", ""))).isNotNull();
  }

  @Test
  void withoutACertificateNobodyGetsIn() {
    WebClient anonymous =
        WebClient.create(
            loop.vertx(),
            new WebClientOptions().setSsl(true).setVerifyHost(false).setTrustAll(true));
    assertThat(loop.failure(() -> send(anonymous, HttpMethod.GET, "/v1/host", ""))).isNotNull();
  }
}
