package dev.hacolo.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.testing.AgentConfigs;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.identity.TestCa;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real HTTPS with mutual TLS on loopback. */
final class ServiceClientTest {
  private static final Claim CLAIM =
      new Claim(new UUID(1, 1), 3, "a", new UUID(4, 4), Claim.Kind.PEER_LOST, "silent");

  private final EventLoop loop = new EventLoop();
  private final TestCa ca;
  private final AgentConfig config;
  private int status = 200;
  private String body = "";
  private String seen = "";

  ServiceClientTest(@TempDir Path directory) throws Exception {
    ca = new TestCa(directory, "ca");
    config = AgentConfigs.of(directory, ca, "a");
  }

  @AfterEach
  void stop() {
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  private ServiceClient client(String subject) throws Exception {
    TestCa.Credentials own = ca.issue("service", subject);
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setClientAuth(ClientAuth.REQUIRED)
            .setTrustOptions(new PemTrustOptions().addCertPath(ca.pemFile().toString()))
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(own.certificate().toString())
                    .setKeyPath(own.key().toString()));
    int port =
        loop.get(
            () ->
                loop.vertx()
                    .createHttpServer(options)
                    .requestHandler(
                        request ->
                            request
                                .body()
                                .onSuccess(
                                    b -> {
                                      seen = request.method() + " " + request.path() + " " + b;
                                      request
                                          .response()
                                          .setStatusCode(status)
                                          .end(Buffer.buffer(body));
                                    }))
                    .listen(0, "127.0.0.1")
                    .map(HttpServer::actualPort));
    URI url = URI.create("https://127.0.0.1:" + port);
    return loop.call(() -> new ServiceClient(loop.vertx(), config, url));
  }

  @Test
  void aClaimIsSentAndItsDecisionRead() throws Exception {
    ServiceClient client = client("CN=nova-ha-service,OU=service");
    ClaimDecision decision =
        new ClaimDecision(new UUID(1, 1), 4, ClaimDecision.Verdict.GO_SOLO, "a is silent");
    body = ApiJson.mapper().writeValueAsString(decision);
    assertThat(loop.get(() -> client.claim(CLAIM))).isEqualTo(decision);
    assertThat(seen)
        .isEqualTo("POST /agent/v1/claims " + ApiJson.mapper().writeValueAsString(CLAIM));
  }

  @Test
  void anAnswerThatIsNoDecisionIsAFailure() throws Exception {
    ServiceClient client = client("CN=nova-ha-service,OU=service");
    for (String wrong : new String[] {"", "null", "{}", "[]", "<html>"}) {
      body = wrong;
      assertThat(loop.failure(() -> client.claim(CLAIM)))
          .hasMessageStartingWith("the service's decision cannot be read: ");
    }
    status = 503;
    assertThat(loop.failure(() -> client.claim(CLAIM)))
        .hasMessage("the service answered POST /agent/v1/claims with 503");
  }

  @Test
  void onlyTheServicesCertificateIsTrusted() throws Exception {
    ServiceClient client = client("CN=b,OU=agent");
    assertThat(loop.failure(() -> client.claim(CLAIM))).isNotNull();
    assertThat(seen).isEmpty();
  }
}
