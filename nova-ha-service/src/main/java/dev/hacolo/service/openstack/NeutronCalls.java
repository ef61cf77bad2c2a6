package dev.hacolo.service.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hacolo.service.cloud.CloudException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.openstack4j.api.types.ServiceType;
import org.openstack4j.core.transport.HttpMethod;

/** Neutron's ports and their bindings to hosts (API extension {@code binding-extended}). */
final class NeutronCalls extends RestCalls {
  private static final String PORTS = "/v2.0/ports";
  private static final String ACTIVE = "ACTIVE";

  /** Types that say that no driver of the host could bind the port. */
  private static final Set<String> UNBOUND = Set.of("binding_failed", "unbound");

  NeutronCalls(CloudSession session, Duration timeout) {
    super(session, timeout, "Neutron", ServiceType.NETWORK, Map.of());
  }

  /**
   * A port of a server.
   *
   * @param id its UUID
   * @param vnicType kind of device, a binding on another host needs the same
   */
  record Port(String id, String vnicType) {}

  /** Ports that Nova gave to the server; other owners' ports have no second binding. */
  List<Port> ports(UUID server, Deadline deadline) throws CloudException {
    List<Port> ports = new ArrayList<>();
    for (JsonNode port :
        list(() -> deadline, PORTS, "ports", Map.of("device_id", server.toString()))) {
      if (port.path("device_owner").asText().startsWith("compute:")) {
        ports.add(
            new Port(
                segment(text(port, "id", PORTS)), port.path("binding:vnic_type").asText("normal")));
      }
    }
    return ports;
  }

  /** Makes sure that the port has a binding on the host, ACTIVE or not. */
  void bind(Port port, String host, Deadline deadline) throws CloudException {
    if (status(port, host, deadline).isPresent()) {
      return;
    }
    String path = bindings(port);
    Answer answer = call(HttpMethod.POST, deadline, path, body(port, host));
    if (answer.status() == 409 && status(port, host, deadline).isPresent()) {
      return; // Someone, or an attempt whose answer was lost, was first.
    }
    String type =
        body(HttpMethod.POST, path, answer, 201).path("binding").path("vif_type").asText();
    if (UNBOUND.contains(type)) {
      unbind(port, host, deadline);
      throw new CloudException(
          "Neutron: port %s cannot be bound on host %s (%s): is its network agent up?"
              .formatted(port.id(), host, type),
          true);
    }
  }

  /** Removes the binding on the host, unless it is the ACTIVE one. */
  void unbind(Port port, String host, Deadline deadline) throws CloudException {
    Optional<String> status = status(port, host, deadline);
    if (status.isEmpty() || status.get().equals(ACTIVE)) {
      return;
    }
    String path = bindings(port) + "/" + segment(host);
    Answer answer = call(HttpMethod.DELETE, deadline, path);
    if (!answer.success() && answer.status() != 404) {
      throw fault(HttpMethod.DELETE, path, answer);
    }
  }

  /** Makes the binding on the host the ACTIVE one; the former one becomes INACTIVE. */
  void activate(Port port, String host, Deadline deadline) throws CloudException {
    bind(port, host, deadline);
    if (active(port, host, deadline)) {
      return;
    }
    String path = bindings(port) + "/" + segment(host) + "/activate";
    Answer answer = call(HttpMethod.PUT, deadline, path);
    if (answer.success() || (answer.status() == 409 && active(port, host, deadline))) {
      return;
    }
    throw fault(HttpMethod.PUT, path, answer);
  }

  private boolean active(Port port, String host, Deadline deadline) throws CloudException {
    return status(port, host, deadline).filter(ACTIVE::equals).isPresent();
  }

  /** Status of the binding on the host, empty if there is none, nor a port any more. */
  private Optional<String> status(Port port, String host, Deadline deadline) throws CloudException {
    String path = bindings(port);
    Answer answer = get(deadline, path, Map.of());
    if (answer.status() == 404 && answer.json().has("NeutronError")) {
      return Optional.empty();
    }
    for (JsonNode binding : body(HttpMethod.GET, path, answer, 200).path("bindings")) {
      if (host.equals(binding.path("host").asText())) {
        return Optional.of(text(binding, "status", path));
      }
    }
    return Optional.empty();
  }

  private static ObjectNode body(Port port, String host) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("binding").put("host", host).put("vnic_type", port.vnicType());
    return body;
  }

  private static String bindings(Port port) {
    return PORTS + "/" + port.id() + "/bindings";
  }
}
