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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Nova's servers, services and hypervisors, microversions 2.1 to 2.93. Thread-safe. */
public final class StandInNova {
  static final String PATH = "/compute/v2.1";

  private final Map<UUID, StandInServer> servers = new LinkedHashMap<>();
  private final Map<String, Service> hosts = new LinkedHashMap<>();
  private final Set<UUID> unreachable = new HashSet<>();
  private int longestPage = 1000;
  private boolean specsHidden;

  StandInNova() {}

  /** Adds or replaces a server. */
  public synchronized void put(StandInServer server) {
    servers.put(server.uuid(), server);
  }

  /** Forgets a server. */
  public synchronized void remove(UUID uuid) {
    servers.remove(uuid);
  }

  /** The server as it is now. */
  public synchronized Optional<StandInServer> server(UUID uuid) {
    return Optional.ofNullable(servers.get(uuid));
  }

  /** Makes the database of a server's cell unreachable, or reachable again. */
  public synchronized void cellDown(UUID server, boolean down) {
    if (down) {
      unreachable.add(server);
    } else {
      unreachable.remove(server);
    }
  }

  /** Sets what Nova says about a host's nova-compute. */
  public synchronized void hostState(String host, boolean up, boolean enabled, boolean forcedDown) {
    hosts.computeIfPresent(
        host, (name, old) -> new Service(old.host(), old.node(), up, enabled, forcedDown));
  }

  /** The configuration option {@code [api]max_limit}. */
  public synchronized void longestPage(int records) {
    longestPage = records;
  }

  /** Lets policy hide the flavors' extra specs. */
  public synchronized void hideExtraSpecs(boolean hide) {
    specsHidden = hide;
  }

  synchronized void add(StandInHost host, UUID node) {
    hosts.put(host.name(), new Service(host, node, true, true, false));
  }

  void mount(Router router) {
    router.get(PATH + "/servers/detail").handler(this::servers);
    router.get(PATH + "/servers/:id").handler(this::server);
    router.get(PATH + "/os-services").handler(this::services);
    router.get(PATH + "/os-hypervisors/detail").handler(this::hypervisors);
  }

  private static Optional<Integer> minor(RoutingContext context) {
    Optional<Integer> minor = Wire.minor(context, "compute", 2, 1, 93);
    if (minor.isEmpty()) {
      error(context, 406, "computeFault", "Version is not supported by the API.");
    }
    return minor;
  }

  private static void error(RoutingContext context, int status, String name, String message) {
    JsonObject fault = new JsonObject().put("code", status).put("message", message);
    Wire.json(context, status, new JsonObject().put(name, fault));
  }

  private synchronized void servers(RoutingContext context) {
    Optional<Integer> minor = minor(context);
    if (minor.isEmpty()) {
      return;
    }
    boolean all = Boolean.parseBoolean(context.request().getParam("all_tenants"));
    List<JsonObject> records = new ArrayList<>();
    for (StandInServer server : servers.values()) {
      boolean visible = all || server.projectId().equals(StandInKeystone.PROJECT_ID);
      if (visible && (minor.get() >= 69 || !unreachable.contains(server.uuid()))) {
        records.add(record(server, minor.get()));
      }
    }
    Pages.cut(context, "servers", records, longestPage)
        .ifPresentOrElse(
            page -> Wire.json(context, 200, page),
            () -> error(context, 400, "badRequest", "marker [...] not found"));
  }

  private synchronized void server(RoutingContext context) {
    Optional<Integer> minor = minor(context);
    if (minor.isEmpty()) {
      return;
    }
    String id = context.pathParam("id");
    StandInServer server = Wire.uuid(context, "id").map(servers::get).orElse(null);
    if (server == null) {
      error(context, 404, "itemNotFound", "Instance " + id + " could not be found.");
    } else if (unreachable.contains(server.uuid()) && minor.get() < 69) {
      error(context, 500, "computeFault", "Unexpected API Error.");
    } else {
      Wire.json(context, 200, new JsonObject().put("server", record(server, minor.get())));
    }
  }

  private JsonObject record(StandInServer server, int minor) {
    JsonObject record =
        new JsonObject()
            .put("id", server.uuid().toString())
            .put("tenant_id", server.projectId())
            .put("created", "2026-01-01T00:00:00Z")
            .put("links", new JsonArray());
    if (unreachable.contains(server.uuid())) {
      return record.put("status", "UNKNOWN");
    }
    boolean active = server.vmState().equals("active");
    return record
        .put("name", server.name())
        .put("user_id", server.userId())
        .put("status", active ? "ACTIVE" : server.vmState().equals("stopped") ? "SHUTOFF" : "ERROR")
        .put("updated", "2026-01-01T00:00:00Z")
        .put("metadata", new JsonObject())
        .put("addresses", new JsonObject())
        .put("OS-EXT-AZ:availability_zone", "nova")
        .put("OS-EXT-SRV-ATTR:host", server.host())
        .put("OS-EXT-SRV-ATTR:hypervisor_hostname", hypervisor(server))
        .put("OS-EXT-SRV-ATTR:instance_name", "instance-00000001")
        .put("OS-EXT-STS:vm_state", server.vmState())
        .put("OS-EXT-STS:task_state", null)
        .put("OS-EXT-STS:power_state", active ? 1 : 4)
        .put("flavor", flavor(server, minor));
  }

  private @Nullable String hypervisor(StandInServer server) {
    Service service = server.host() == null ? null : hosts.get(server.host());
    return service == null ? null : service.host().hypervisor();
  }

  private JsonObject flavor(StandInServer server, int minor) {
    if (minor < 47) {
      return new JsonObject().put("id", "1").put("links", new JsonArray());
    }
    JsonObject flavor =
        new JsonObject()
            .put("original_name", "ha-colo")
            .put("vcpus", server.vcpus())
            .put("ram", server.memoryMb())
            .put("disk", server.diskGb())
            .put("ephemeral", 0)
            .put("swap", 0);
    if (!specsHidden) {
      JsonObject specs = new JsonObject();
      server.extraSpecs().forEach(specs::put);
      flavor.put("extra_specs", specs);
    }
    return flavor;
  }

  private synchronized void services(RoutingContext context) {
    if (minor(context).isEmpty()) {
      return;
    }
    JsonArray records = new JsonArray();
    String binary = context.request().getParam("binary");
    if (binary == null || binary.equals("nova-compute")) {
      hosts.values().forEach(service -> records.add(record(service)));
    }
    if (binary == null || binary.equals("nova-conductor")) {
      records.add(
          new JsonObject()
              .put("id", UUID.randomUUID().toString())
              .put("binary", "nova-conductor")
              .put("host", "controller")
              .put("zone", "internal")
              .put("status", "enabled")
              .put("state", "up")
              .put("forced_down", false));
    }
    Wire.json(context, 200, new JsonObject().put("services", records));
  }

  private static JsonObject record(Service service) {
    return new JsonObject()
        .put("id", service.node().toString())
        .put("binary", "nova-compute")
        .put("host", service.host().name())
        .put("zone", service.host().zone())
        .put("status", service.enabled() ? "enabled" : "disabled")
        .put("state", service.up() && !service.forcedDown() ? "up" : "down")
        .put("updated_at", "2026-01-01T00:00:00.000000")
        .put("disabled_reason", null)
        .put("forced_down", service.forcedDown());
  }

  private synchronized void hypervisors(RoutingContext context) {
    if (minor(context).isEmpty()) {
      return;
    }
    List<JsonObject> records =
        hosts.values().stream()
            .map(
                service ->
                    new JsonObject()
                        .put("id", service.node().toString())
                        .put("hypervisor_hostname", service.host().hypervisor())
                        .put("state", service.up() ? "up" : "down")
                        .put("status", service.enabled() ? "enabled" : "disabled")
                        .put("service", new JsonObject().put("host", service.host().name())))
            .toList();
    Pages.cut(context, "hypervisors", records, longestPage)
        .ifPresentOrElse(
            page -> Wire.json(context, 200, page),
            () -> error(context, 400, "badRequest", "marker [...] not found"));
  }

  private record Service(
      StandInHost host, UUID node, boolean up, boolean enabled, boolean forcedDown) {}
}
