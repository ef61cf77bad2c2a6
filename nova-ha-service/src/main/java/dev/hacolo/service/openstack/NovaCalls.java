package dev.hacolo.service.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.CloudServer;
import dev.hacolo.service.cloud.ComputeHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.openstack4j.api.types.ServiceType;
import org.openstack4j.core.transport.HttpMethod;

/**
 * Nova's servers, services and hypervisors.
 *
 * <p>API version 2.69 (Stein): servers carry their flavor with its extra specs (since 2.47), and
 * what is in an unreachable cell is listed in part instead of being left out. So an incomplete list
 * is noticed, and a server that is missing in a list is really gone.
 */
final class NovaCalls extends RestCalls {
  private static final String ENABLED = "ha_colo:enabled";
  private static final String SERVERS = "/servers/detail";
  private static final String SERVICES = "/os-services";
  private static final String HYPERVISORS = "/os-hypervisors/detail";

  NovaCalls(CloudSession session, Duration timeout) {
    super(
        session,
        timeout,
        "Nova",
        ServiceType.COMPUTE,
        Map.of("OpenStack-API-Version", "compute 2.69"));
  }

  List<CloudServer> protectedServers() throws CloudException {
    List<CloudServer> found = new ArrayList<>();
    for (JsonNode record :
        list(this::deadline, SERVERS, "servers", Map.of("all_tenants", "True"))) {
      CloudServer server = server(record, SERVERS);
      if (Boolean.parseBoolean(server.extraSpecs().getOrDefault(ENABLED, "").strip())) {
        found.add(server);
      }
    }
    return List.copyOf(found);
  }

  Optional<CloudServer> server(UUID uuid) throws CloudException {
    String path = "/servers/" + uuid;
    Answer answer = get(deadline(), path, Map.of());
    // Only Nova's own 404 says that the server is gone; a proxy's or a wrong URL's does not.
    if (answer.status() == 404 && answer.json().has("itemNotFound")) {
      return Optional.empty();
    }
    JsonNode body = body(HttpMethod.GET, path, answer, 200);
    return Optional.of(server(body.path("server"), path));
  }

  List<ComputeHost> computeHosts() throws CloudException {
    List<ComputeHost> hosts = new ArrayList<>();
    Answer answer = get(deadline(), SERVICES, Map.of("binary", "nova-compute"));
    JsonNode body = body(HttpMethod.GET, SERVICES, answer, 200);
    if (!body.path("services").isArray()) {
      throw malformed(SERVICES, "no list 'services'");
    }
    for (JsonNode service : body.path("services")) {
      if ("nova-compute".equals(service.path("binary").asText())) {
        hosts.add(host(service));
      }
    }
    return List.copyOf(hosts);
  }

  /** UUIDs of the compute nodes of a service host; they are the resource providers' as well. */
  List<UUID> computeNodes(String host, Deadline deadline) throws CloudException {
    List<UUID> nodes = new ArrayList<>();
    for (JsonNode hypervisor : list(() -> deadline, HYPERVISORS, "hypervisors", Map.of())) {
      if (host.equals(hypervisor.path("service").path("host").asText())) {
        nodes.add(uuid(hypervisor, HYPERVISORS));
      }
    }
    return nodes;
  }

  /** A forced-down service has state "down"; one in an unreachable cell has none and counts so. */
  private ComputeHost host(JsonNode service) throws CloudException {
    return new ComputeHost(
        text(service, "host", SERVICES),
        "up".equals(service.path("state").asText()),
        "enabled".equals(service.path("status").asText()),
        service.path("zone").asText(""));
  }

  private CloudServer server(JsonNode record, String path) throws CloudException {
    UUID uuid = uuid(record, path);
    if ("UNKNOWN".equals(record.path("status").asText()) && !record.has("flavor")) {
      throw new CloudException(
          "Nova: GET %s knows server %s only in part: its cell does not answer"
              .formatted(path, uuid),
          true);
    }
    if (!record.has("OS-EXT-SRV-ATTR:host")) {
      throw malformed(path, "hosts of servers are hidden, the user needs the admin role");
    }
    JsonNode flavor = record.path("flavor");
    return new CloudServer(
        uuid,
        record.path("name").asText(""),
        text(record, "tenant_id", path),
        text(record, "user_id", path),
        Optional.ofNullable(record.path("OS-EXT-SRV-ATTR:host").textValue()),
        text(record, "OS-EXT-STS:vm_state", path).toLowerCase(Locale.ROOT),
        number(flavor, "vcpus", path),
        number(flavor, "ram", path),
        number(flavor, "disk", path) + number(flavor, "ephemeral", path),
        extraSpecs(flavor, path));
  }

  private Map<String, String> extraSpecs(JsonNode flavor, String path) throws CloudException {
    JsonNode specs = flavor.path("extra_specs");
    if (!specs.isObject()) {
      throw malformed(
          path,
          "extra specs of flavors are hidden, policy os_compute_api:os-flavor-extra-specs:index"
              + " must allow them");
    }
    Map<String, String> copy = new HashMap<>();
    specs.properties().forEach(spec -> copy.put(spec.getKey(), spec.getValue().asText()));
    return copy;
  }

  private int number(JsonNode flavor, String field, String path) throws CloudException {
    JsonNode value = flavor.path(field);
    if (!value.canConvertToInt()) {
      throw malformed(path, "no number '" + field + "' in a flavor");
    }
    return value.asInt();
  }

  private UUID uuid(JsonNode record, String path) throws CloudException {
    try {
      return UUID.fromString(text(record, "id", path));
    } catch (IllegalArgumentException e) {
      throw malformed(path, "an id that is no UUID");
    }
  }
}
