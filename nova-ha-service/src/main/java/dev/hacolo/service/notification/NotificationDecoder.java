package dev.hacolo.service.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hacolo.service.domain.FlavorSpec;
import dev.hacolo.service.domain.Instance;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Decodes bodies of oslo.messaging envelope 2.0 with Nova's versioned payloads (instance payloads
 * 1.x and 2.x, ServiceStatusPayload 1.x). Pure; any bytes get an answer.
 */
public final class NotificationDecoder {
  /** Larger than any of Nova's by two orders of magnitude. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final int MAX_TEXT = 255;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern MESSAGE_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private NotificationDecoder() {}

  private static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
      super(message);
    }
  }

  /** Decodes a body. */
  public static Decoded decode(byte[] body) {
    if (body.length > MAX_BYTES) {
      return new Decoded.Malformed(
          "the body has %d bytes: allowed are %d".formatted(body.length, MAX_BYTES));
    }
    try {
      JsonNode message = message(body);
      String id = text(message, "message_id");
      if (!MESSAGE_ID.matcher(id).matches()) {
        throw new MalformedException("message_id is not 1 to 128 printable characters");
      }
      return new Decoded.Message(id, notification(text(message, "event_type"), message));
    } catch (MalformedException e) {
      return new Decoded.Malformed(String.valueOf(e.getMessage()));
    } catch (JsonProcessingException e) {
      return new Decoded.Malformed("it is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      return new Decoded.Malformed("it cannot be read: " + e.getMessage());
    }
  }

  private static JsonNode message(byte[] body) throws IOException, MalformedException {
    JsonNode envelope = MAPPER.readTree(body);
    if (envelope == null || !envelope.isObject()) {
      throw new MalformedException("it is not a JSON object");
    }
    String version = text(envelope, "oslo.version");
    if (!version.startsWith("2.")) {
      throw new MalformedException("oslo.version is '%s': known is 2.x".formatted(cut(version)));
    }
    JsonNode message = MAPPER.readTree(text(envelope, "oslo.message"));
    if (message == null || !message.isObject()) {
      throw new MalformedException("oslo.message is not a JSON object");
    }
    return message;
  }

  private static Notification notification(String eventType, JsonNode message)
      throws MalformedException {
    if (eventType.startsWith("service.")) {
      JsonNode data = data(object(message, "payload"));
      return "nova-compute".equals(data.path("binary").asText())
          ? new Notification.ComputeServiceTouched(text(data, "host"))
          : new Notification.Ignored(eventType);
    }
    return switch (eventType) {
      case "instance.create.end" ->
          new Notification.ServerCreated(instance(data(object(message, "payload"))));
      case "instance.delete.end" ->
          new Notification.ServerDeleted(uuid(data(object(message, "payload"))));
      case "instance.update",
          "instance.resize_finish.end",
          "instance.resize_confirm.end",
          "instance.resize_revert.end",
          "instance.power_off.end",
          "instance.power_on.end",
          "instance.soft_delete.end",
          "instance.restore.end",
          "instance.rebuild.end",
          "instance.shelve_offload.end",
          "instance.unshelve.end",
          "instance.live_migration_post_dest.end" ->
          touched(eventType, data(object(message, "payload")));
      default -> new Notification.Ignored(eventType);
    };
  }

  private static Notification touched(String eventType, JsonNode data) throws MalformedException {
    String wanted =
        data.path("flavor")
            .path("nova_object.data")
            .path("extra_specs")
            .path(FlavorSpec.ENABLED)
            .asText("");
    return new Notification.ServerTouched(
        uuid(data), eventType, "true".equalsIgnoreCase(wanted.strip()));
  }

  private static Instance instance(JsonNode data) throws MalformedException {
    JsonNode flavor = data(object(data, "flavor"));
    return new Instance(
        uuid(data),
        cut(data.path("display_name").asText("")),
        text(data, "tenant_id"),
        text(data, "user_id"),
        number(flavor, "vcpus", 1, 512),
        number(flavor, "memory_mb", 1, 16 << 20),
        number(flavor, "root_gb", 0, 1 << 20) + number(flavor, "ephemeral_gb", 0, 1 << 20),
        extraSpecs(flavor),
        text(data, "state"),
        host(data));
  }

  private static Map<String, String> extraSpecs(JsonNode flavor) throws MalformedException {
    JsonNode specs = flavor.path("extra_specs");
    Map<String, String> found = new HashMap<>();
    if (specs.isMissingNode() || specs.isNull()) {
      return found;
    }
    if (!specs.isObject()) {
      throw new MalformedException("flavor.extra_specs is not an object");
    }
    for (Map.Entry<String, JsonNode> spec : specs.properties()) {
      found.put(spec.getKey(), spec.getValue().asText());
    }
    return found;
  }

  private static Optional<String> host(JsonNode data) throws MalformedException {
    JsonNode host = data.path("host");
    if (host.isMissingNode() || host.isNull()) {
      return Optional.empty();
    }
    if (!HOST.matcher(host.asText()).matches()) {
      throw new MalformedException("host is no host name");
    }
    return Optional.of(host.asText());
  }

  private static UUID uuid(JsonNode data) throws MalformedException {
    String text = text(data, "uuid");
    try {
      UUID uuid = UUID.fromString(text);
      if (text.length() == 36) {
        return uuid;
      }
    } catch (IllegalArgumentException e) {
      // Reported below, like one of another length.
    }
    throw new MalformedException("uuid is '%s': allowed is a UUID".formatted(cut(text)));
  }

  private static JsonNode data(JsonNode versioned) throws MalformedException {
    return object(versioned, "nova_object.data");
  }

  private static JsonNode object(JsonNode parent, String name) throws MalformedException {
    JsonNode child = parent.path(name);
    if (!child.isObject()) {
      throw new MalformedException(name + " is missing or no object");
    }
    return child;
  }

  private static String text(JsonNode parent, String name) throws MalformedException {
    JsonNode child = parent.path(name);
    if (!child.isTextual() || child.asText().isEmpty()) {
      throw new MalformedException(name + " is missing or no text");
    }
    return child.asText();
  }

  private static int number(JsonNode parent, String name, int min, int max)
      throws MalformedException {
    JsonNode child = parent.path(name);
    if (!child.canConvertToInt() || child.asInt() < min || child.asInt() > max) {
      throw new MalformedException(
          "%s is missing or not a whole number from %d to %d".formatted(name, min, max));
    }
    return child.asInt();
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
