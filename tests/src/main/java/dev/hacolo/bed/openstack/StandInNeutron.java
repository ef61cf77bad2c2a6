package dev.hacolo.bed.openstack;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Neutron's ports with several bindings ({@code binding-extended}). Thread-safe. */
public final class StandInNeutron {
  static final String PATH = "/networking";

  private static final String PORTS = PATH + "/v2.0/ports";
  private static final int KEPT_ACTIVATIONS = 1000;

  private final Map<UUID, StandInPort> ports = new LinkedHashMap<>();
  private final Map<UUID, Map<String, Boolean>> bindings = new LinkedHashMap<>();
  private final Set<String> hosts = new HashSet<>();
  private final List<Activation> activations = new ArrayList<>();
  private int longestPage = 1000;

  StandInNeutron() {}

  /**
   * A binding that was made the ACTIVE one.
   *
   * @param port port
   * @param host host
   */
  public record Activation(UUID port, String host) {}

  /** Adds a port with an ACTIVE binding on its host, or replaces it with its bindings. */
  public synchronized void put(StandInPort port) {
    ports.put(port.id(), port);
    bindings.put(port.id(), new LinkedHashMap<>(Map.of(port.host(), true)));
  }

  /** Forgets a port. */
  public synchronized void remove(UUID port) {
    ports.remove(port);
    bindings.remove(port);
  }

  /** Status, ACTIVE or INACTIVE, of a port's bindings by host. */
  public synchronized Map<String, String> bindings(UUID port) {
    Map<String, String> found = new LinkedHashMap<>();
    bindings
        .getOrDefault(port, Map.of())
        .forEach((host, active) -> found.put(host, active ? "ACTIVE" : "INACTIVE"));
    return found;
  }

  /** The last 1000 activations, oldest first. */
  public synchronized List<Activation> activations() {
    return List.copyOf(activations);
  }

  /** Puts a binding in as another client of Neutron would. */
  public synchronized void bind(UUID port, String host) {
    Objects.requireNonNull(bindings.get(port), "no such port").putIfAbsent(host, false);
  }

  /** Without an agent on the host a binding to it fails. */
  public synchronized void agent(String host, boolean alive) {
    if (alive) {
      hosts.add(host);
    } else {
      hosts.remove(host);
    }
  }

  /** The configuration option {@code pagination_max_limit}. */
  public synchronized void longestPage(int records) {
    longestPage = records;
  }

  void mount(Router router) {
    router.get(PORTS).handler(this::ports);
    router.get(PORTS + "/:id").handler(this::port);
    router.get(PORTS + "/:id/bindings").handler(this::readBindings);
    router.post(PORTS + "/:id/bindings").handler(this::create);
    router.put(PORTS + "/:id/bindings/:host/activate").handler(this::activate);
    router.delete(PORTS + "/:id/bindings/:host").handler(this::delete);
  }

  private static void error(RoutingContext context, int status, String type, String message) {
    JsonObject error = new JsonObject().put("type", type).put("message", message).put("detail", "");
    Wire.json(context, status, new JsonObject().put("NeutronError", error));
  }

  private synchronized void ports(RoutingContext context) {
    String device = context.request().getParam("device_id");
    List<JsonObject> records =
        ports.values().stream()
            .filter(port -> device == null || port.deviceId().toString().equals(device))
            .map(this::record)
            .toList();
    Pages.cut(context, "ports", records, longestPage)
        .ifPresentOrElse(
            page -> Wire.json(context, 200, page),
            () -> error(context, 400, "BadRequest", "the marker is not known"));
  }

  private synchronized void port(RoutingContext context) {
    known(context)
        .ifPresent(port -> Wire.json(context, 200, new JsonObject().put("port", record(port))));
  }

  private JsonObject record(StandInPort port) {
    String host =
        bindings.getOrDefault(port.id(), Map.of()).entrySet().stream()
            .filter(Map.Entry::getValue)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse("");
    return new JsonObject()
        .put("id", port.id().toString())
        .put("name", "")
        .put("mac_address", port.mac())
        .put("admin_state_up", true)
        .put("status", "ACTIVE")
        .put("device_id", port.deviceId().toString())
        .put("device_owner", port.deviceOwner())
        .put("fixed_ips", new JsonArray())
        .put("binding:host_id", host)
        .put("binding:vif_type", host.isEmpty() ? "unbound" : "bridge")
        .put("binding:vif_details", new JsonObject().put("port_filter", true))
        .put("binding:vnic_type", "normal")
        .put("binding:profile", new JsonObject());
  }

  private synchronized void readBindings(RoutingContext context) {
    known(context)
        .ifPresent(
            port -> {
              JsonArray records = new JsonArray();
              of(port).forEach((host, active) -> records.add(binding(host, active)));
              Wire.json(context, 200, new JsonObject().put("bindings", records));
            });
  }

  private synchronized void create(RoutingContext context) {
    Optional<StandInPort> port = known(context);
    if (port.isEmpty()) {
      return;
    }
    JsonObject body = context.body().asJsonObject().getJsonObject("binding", new JsonObject());
    String host = body.getString("host", "");
    String place = "Binding for port %s on host %s ".formatted(port.get().id(), host);
    if (host.isEmpty() || !port.get().deviceOwner().startsWith("compute:")) {
      error(context, 400, "BadRequest", "Invalid input for binding");
    } else if (of(port.get()).containsKey(host)) {
      error(context, 409, "PortBindingAlreadyExists", place + "already exists.");
    } else if (!hosts.contains(host)) {
      error(context, 500, "PortBindingError", place + "could not be created or updated.");
    } else {
      boolean active = !of(port.get()).containsValue(true);
      of(port.get()).put(host, active);
      Wire.json(context, 201, new JsonObject().put("binding", binding(host, active)));
    }
  }

  private synchronized void activate(RoutingContext context) {
    Optional<StandInPort> port = bound(context);
    if (port.isEmpty()) {
      return;
    }
    String host = context.pathParam("host");
    if (of(port.get()).getOrDefault(host, false)) {
      error(
          context,
          409,
          "PortBindingAlreadyActive",
          "Binding for port %s on host %s is already active.".formatted(port.get().id(), host));
      return;
    }
    of(port.get()).replaceAll((other, active) -> other.equals(host));
    activations.add(new Activation(port.get().id(), host));
    if (activations.size() > KEPT_ACTIVATIONS) {
      activations.remove(0);
    }
    Wire.json(context, 200, new JsonObject().put("binding", binding(host, true)));
  }

  private synchronized void delete(RoutingContext context) {
    bound(context)
        .ifPresent(
            port -> {
              of(port).remove(context.pathParam("host"));
              Wire.empty(context, 204);
            });
  }

  private Map<String, Boolean> of(StandInPort port) {
    return bindings.computeIfAbsent(port.id(), id -> new LinkedHashMap<>());
  }

  /** The port of the path; if there is none, the error is already sent. */
  private Optional<StandInPort> known(RoutingContext context) {
    Optional<StandInPort> port = Wire.uuid(context, "id").map(ports::get);
    if (port.isEmpty()) {
      String message = "Port %s could not be found.".formatted(context.pathParam("id"));
      error(context, 404, "PortNotFound", message);
    }
    return port;
  }

  /** The same, and it must have a binding on the path's host. */
  private Optional<StandInPort> bound(RoutingContext context) {
    Optional<StandInPort> port = known(context);
    String host = context.pathParam("host");
    if (port.isPresent() && !of(port.get()).containsKey(host)) {
      error(
          context,
          404,
          "PortBindingNotFound",
          "Binding for port %s for host %s could not be found.".formatted(port.get().id(), host));
      return Optional.empty();
    }
    return port;
  }

  private static JsonObject binding(String host, boolean active) {
    return new JsonObject()
        .put("host", host)
        .put("vif_type", "bridge")
        .put("vif_details", new JsonObject().put("port_filter", true).put("connectivity", "l2"))
        .put("vnic_type", "normal")
        .put("profile", new JsonObject())
        .put("status", active ? "ACTIVE" : "INACTIVE");
  }
}
