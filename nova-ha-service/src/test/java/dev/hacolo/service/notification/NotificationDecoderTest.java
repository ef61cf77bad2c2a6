package dev.hacolo.service.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.service.bed.ServiceBed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationDecoderTest {
  private static Notification decode(String name) throws IOException {
    return ((Decoded.Message) NotificationDecoder.decode(ServiceBed.notification(name)))
        .notification();
  }

  @Test
  void createEndCarriesEverything() throws IOException {
    Decoded.Message message =
        (Decoded.Message)
            NotificationDecoder.decode(ServiceBed.notification("instance.create.end"));
    assertThat(message.messageId()).isEqualTo("a2d9d79a-ae5f-4d41-a80f-260d340d5ba6");
    var instance = ((Notification.ServerCreated) message.notification()).instance();
    assertThat(instance.uuid()).isEqualTo(UUID.fromString("8060fbfc-5c9d-4f3d-b386-eaa567cfbea6"));
    assertThat(instance.novaHost()).isEqualTo(Optional.of("node-a"));
    assertThat(instance.memoryMb()).isEqualTo(256);
    assertThat(instance.vcpus()).isEqualTo(1);
    assertThat(instance.vmState()).isEqualTo("active");
    assertThat(instance.extraSpecs()).isEqualTo(Map.of("ha_colo:enabled", "true"));
    assertThat(instance.wantsProtection()).isTrue();
  }

  @Test
  void theOtherKinds() throws IOException {
    assertThat(decode("instance.delete.end"))
        .isEqualTo(
            new Notification.ServerDeleted(
                UUID.fromString("14fb7498-ac4f-4b05-a723-312f553a601c")));
    assertThat(decode("instance.update"))
        .isEqualTo(
            new Notification.ServerTouched(
                UUID.fromString("8060fbfc-5c9d-4f3d-b386-eaa567cfbea6"), "instance.update", true));
    assertThat(decode("instance.power_off.end")).isInstanceOf(Notification.ServerTouched.class);
    assertThat(decode("service.update"))
        .isEqualTo(new Notification.ComputeServiceTouched("node-a"));
    assertThat(decode("scheduler.select_destinations.start"))
        .isEqualTo(new Notification.Ignored("scheduler.select_destinations.start"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "{",
        "{}",
        "{\"oslo.version\":\"1.0\",\"oslo.message\":\"{}\"}",
        "{\"oslo.version\":\"2.0\",\"oslo.message\":{}}",
        "{\"oslo.version\":\"2.0\",\"oslo.message\":\"x\"}",
        "{\"oslo.version\":\"2.0\",\"oslo.message\":\"{\\\"message_id\\\":\\\"m\\\"}\"}"
      })
  void whatIsNoNotificationIsMalformedWithAReason(String body) {
    Decoded decoded = NotificationDecoder.decode(body.getBytes(StandardCharsets.UTF_8));
    assertThat(decoded).isInstanceOf(Decoded.Malformed.class);
    assertThat(((Decoded.Malformed) decoded).reason()).isNotBlank();
  }

  @Test
  void hugeAndDeepBodiesAreRefused() {
    assertThat(NotificationDecoder.decode(new byte[NotificationDecoder.MAX_BYTES + 1]))
        .isInstanceOf(Decoded.Malformed.class);
    byte[] deep = "[".repeat(500_000).getBytes(StandardCharsets.UTF_8);
    assertThat(NotificationDecoder.decode(deep)).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void anyDamageToARealBodyGetsAnAnswer() throws IOException {
    byte[] body = ServiceBed.notification("instance.create.end");
    Random random = new Random(7);
    int malformed = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = body.clone();
      for (int flips = 0; flips < 4; flips++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      if (NotificationDecoder.decode(damaged) instanceof Decoded.Malformed) {
        malformed++;
      }
    }
    assertThat(malformed).isBetween(1, 1999);
  }
}
