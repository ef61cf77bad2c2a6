package dev.hacolo.bed.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.GuestDescription;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NovaNotificationsTest {
  private static final String MAC = "52:54:00:00:00:01";

  private final GuestDescription guest =
      new GuestDescription(
          UUID.fromString("11111111-2222-3333-4444-555555555555"),
          "guest-1",
          "pc",
          "tcg",
          "qemu64",
          1,
          262144,
          null,
          List.of(new GuestDescription.Nic("net0", "e1000", MAC, "04", "tap0", "br0")),
          List.of());

  @Test
  void theCapturedBodyCarriesTheGuestAndIsNewEachTime() throws Exception {
    JsonNode first = message(NovaNotifications.created(guest, "node-a", true));
    JsonNode second = message(NovaNotifications.created(guest, "node-a", false));
    JsonNode instance = first.at("/payload/nova_object.data");
    assertThat(first.get("event_type").asText()).isEqualTo("instance.create.end");
    assertThat(instance.get("uuid").asText()).isEqualTo(guest.uuid().toString());
    assertThat(instance.get("host").asText()).isEqualTo("node-a");
    String specs = "/payload/nova_object.data/flavor/nova_object.data/extra_specs";
    assertThat(first.at(specs).get("ha_colo:enabled").asText()).isEqualTo("true");
    assertThat(second.at(specs)).isEmpty();
    assertThat(first.get("message_id")).isNotEqualTo(second.get("message_id"));
  }

  private static JsonNode message(String body) throws Exception {
    return ApiJson.mapper().readTree(ApiJson.mapper().readTree(body).get("oslo.message").asText());
  }
}
