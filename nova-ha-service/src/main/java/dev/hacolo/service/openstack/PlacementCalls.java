package dev.hacolo.service.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.Reservation;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.openstack4j.api.types.ServiceType;
import org.openstack4j.core.transport.HttpMethod;

/**
 * Placement's allocations at API version 1.38 (Xena), which has consumer types. Consumers of
 * another type, Nova's instances above all, are refused, never changed.
 */
final class PlacementCalls extends RestCalls {
  static final String CONSUMER_TYPE = "HA_SECONDARY";

  /** Rounds of read and write while others change the provider or the consumer. */
  private static final int ROUNDS = 6;

  private static final String PROVIDERS = "/resource_providers";
  private static final String CONCURRENT_UPDATE = "placement.concurrent_update";

  PlacementCalls(CloudSession session, Duration timeout) {
    super(
        session,
        timeout,
        "Placement",
        ServiceType.PLACEMENT,
        Map.of("OpenStack-API-Version", "placement 1.38"));
  }

  /** The resource provider of this name, which is the hypervisor's host name. */
  Optional<UUID> provider(String name, Deadline deadline) throws CloudException {
    Answer answer = get(deadline, PROVIDERS, Map.of("name", name));
    JsonNode found = body(HttpMethod.GET, PROVIDERS, answer, 200).path("resource_providers");
    if (!found.isArray()) {
      throw malformed(PROVIDERS, "no list 'resource_providers'");
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(UUID.fromString(text(found.get(0), "uuid", PROVIDERS)));
    } catch (IllegalArgumentException e) {
      throw malformed(PROVIDERS, "a uuid that is none");
    }
  }

  /** Makes the consumer's allocation exactly the reservation; 409 means read again and retry. */
  void allocate(Reservation reservation, UUID provider, Deadline deadline) throws CloudException {
    String path = path(reservation.consumer());
    ObjectNode resources = resources(reservation);
    for (int round = 1; ; round++) {
      JsonNode now = current(path, deadline);
      if (holds(now, reservation, provider, resources)) {
        return;
      }
      ObjectNode wanted = body(reservation, provider, resources, now.path("consumer_generation"));
      Answer answer = call(HttpMethod.PUT, deadline, path, wanted);
      if (answer.success()) {
        return;
      }
      if (!concurrentUpdate(answer) || !again(round, deadline, path)) {
        throw fault(HttpMethod.PUT, path, answer);
      }
    }
  }

  /** Removes the consumer's allocation, if it has one. */
  void free(UUID consumer, Deadline deadline) throws CloudException {
    String path = path(consumer);
    // The read tells an absent consumer (200, empty) from a wrong endpoint (404).
    if (current(path, deadline).path("allocations").isEmpty()) {
      return;
    }
    Answer answer = call(HttpMethod.DELETE, deadline, path);
    if (!answer.success() && answer.status() != 404) {
      throw fault(HttpMethod.DELETE, path, answer);
    }
  }

  private JsonNode current(String path, Deadline deadline) throws CloudException {
    JsonNode now = body(HttpMethod.GET, path, get(deadline, path, Map.of()), 200);
    if (!now.path("allocations").isObject()) {
      throw malformed(path, "no object 'allocations'");
    }
    String type = now.path("consumer_type").asText(CONSUMER_TYPE);
    if (!type.equals(CONSUMER_TYPE)) {
      throw new CloudException(
          "Placement: %s belongs to a consumer of type %s and is left alone: allowed is %s"
              .formatted(path, type, CONSUMER_TYPE),
          false);
    }
    return now;
  }

  private static boolean holds(
      JsonNode now, Reservation reservation, UUID provider, ObjectNode resources) {
    JsonNode allocations = now.path("allocations");
    return allocations.size() == 1
        && now.path("project_id").asText().equals(reservation.projectId())
        && now.path("user_id").asText().equals(reservation.userId())
        && allocations.path(provider.toString()).path("resources").equals(resources);
  }

  /** Placement refuses an amount of 0, so such a resource is left out. */
  private static ObjectNode resources(Reservation reservation) {
    ObjectNode resources = JsonNodeFactory.instance.objectNode();
    Map<String, Integer> amounts =
        Map.of(
            "VCPU", reservation.vcpus(),
            "MEMORY_MB", reservation.memoryMb(),
            "DISK_GB", reservation.diskGb());
    amounts.forEach(
        (resource, amount) -> {
          if (amount > 0) {
            resources.put(resource, amount);
          }
        });
    return resources;
  }

  private static ObjectNode body(
      Reservation reservation, UUID provider, ObjectNode resources, JsonNode generation) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("allocations").putObject(provider.toString()).set("resources", resources);
    body.put("project_id", reservation.projectId());
    body.put("user_id", reservation.userId());
    body.put("consumer_type", CONSUMER_TYPE);
    // null says: there is no such consumer yet.
    body.set(
        "consumer_generation",
        generation.isMissingNode() ? JsonNodeFactory.instance.nullNode() : generation);
    return body;
  }

  /** A full host is a 409 too, with another code; reading again would not help there. */
  private static boolean concurrentUpdate(Answer answer) {
    return answer.status() == 409
        && CONCURRENT_UPDATE.equals(answer.json().path("errors").path(0).path("code").asText());
  }

  private static boolean again(int round, Deadline deadline, String path) throws CloudException {
    try {
      return round < ROUNDS && Backoff.pause(Backoff.after(round, Optional.empty()), deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Faults.interrupted("Placement: PUT " + path);
    }
  }

  private static String path(UUID consumer) {
    return "/allocations/" + consumer;
  }
}
