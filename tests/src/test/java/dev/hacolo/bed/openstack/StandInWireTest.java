package dev.hacolo.bed.openstack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the stand-in answers to clients that do not behave like ha-colo's own. */
class StandInWireTest {
  private final CloudBed bed = new CloudBed();
  private final String base = bed.openstack.authUrl().replace("/identity/v3", "");
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    bed.close();
  }

  private HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private String token() throws Exception {
    bed.cloud.computeHosts();
    return bed.openstack.keystone().tokens().get(0);
  }

  @Test
  void withoutTokenNothingIsServed() throws Exception {
    HttpResponse<String> answer = get("/compute/v2.1/servers/detail");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
        .isEqualTo("Keystone uri=\"" + base + "/identity\"");
  }

  @Test
  void microversionsAreAsInNova() throws Exception {
    String token = token();
    StandInServer server = bed.server();
    String path = "/compute/v2.1/servers/" + server.uuid();

    assertThat(flavor(get(path, "X-Auth-Token", token)).containsKey("extra_specs")).isFalse();
    HttpResponse<String> recent =
        get(path, "X-Auth-Token", token, "OpenStack-API-Version", "compute 2.47");
    assertThat(flavor(recent).getJsonObject("extra_specs").getString("ha_colo:enabled"))
        .isEqualTo("true");
    assertThat(recent.headers().firstValue("OpenStack-API-Version")).contains("compute 2.47");
    for (String wrong : new String[] {"compute 2.94", "compute 3.1", "compute x"}) {
      assertThat(get(path, "X-Auth-Token", token, "OpenStack-API-Version", wrong).statusCode())
          .isEqualTo(406);
    }
  }

  private static JsonObject flavor(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getJsonObject("server").getJsonObject("flavor");
  }

  @Test
  void placementShowsInventoriesAndAllocationsOfAProvider() throws Exception {
    UUID consumer = UUID.randomUUID();
    bed.cloud.reserve(CloudBed.reservation(consumer));
    String token = token();
    JsonObject provider =
        new JsonObject(
                get("/placement/resource_providers?name=node-b", "X-Auth-Token", token).body())
            .getJsonArray("resource_providers")
            .getJsonObject(0);
    String path = "/placement/resource_providers/" + provider.getString("uuid");

    JsonObject inventories =
        new JsonObject(get(path + "/inventories", "X-Auth-Token", token).body());
    JsonObject allocations =
        new JsonObject(get(path + "/allocations", "X-Auth-Token", token).body());

    assertThat(provider.getInteger("generation")).isEqualTo(2);
    assertThat(inventories.getJsonObject("inventories").getJsonObject("VCPU").getInteger("total"))
        .isEqualTo(8);
    assertThat(
            allocations
                .getJsonObject("allocations")
                .getJsonObject(consumer.toString())
                .getJsonObject("resources")
                .getInteger("MEMORY_MB"))
        .isEqualTo(2048);
  }

  @Test
  void placementRefusesWhatItsSchemaRefuses() throws Exception {
    String token = token();
    for (String body : new String[] {"{}", "{\"allocations\": {}}"}) {
      HttpRequest put =
          HttpRequest.newBuilder(URI.create(base + "/placement/allocations/" + UUID.randomUUID()))
              .headers("X-Auth-Token", token, "OpenStack-API-Version", "placement 1.38")
              .PUT(BodyPublishers.ofString(body))
              .build();
      assertThat(client.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aTokenCanBeValidatedAtKeystone() throws Exception {
    String token = token();

    HttpResponse<String> good =
        get("/identity/v3/auth/tokens", "X-Auth-Token", token, "X-Subject-Token", token);
    HttpResponse<String> bad =
        get("/identity/v3/auth/tokens", "X-Auth-Token", token, "X-Subject-Token", "made-up");

    assertThat(good.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(good.body()).getJsonObject("token").getJsonArray("roles"))
        .isNotEmpty();
    assertThat(bad.statusCode()).isEqualTo(404);
  }
}
