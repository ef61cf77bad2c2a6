package dev.hacolo.bed.openstack;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Placement's providers and allocations, microversions 1.0 to 1.39 (writing from 1.38), with the
 * generations of consumers and providers and capacity checks. Thread-safe.
 */
public final class StandInPlacement {
  static final String PATH = "/placement";

  private static final String UNDEFINED = "placement.undefined_code";
  private static final String CONCURRENT = "placement.concurrent_update";

  private final Map<UUID, ResourceProvider> providers = new LinkedHashMap<>();
  private final Map<UUID, Allocation> allocations = new LinkedHashMap<>();

  StandInPlacement() {}

  /**
   * What a consumer holds.
   *
   * @param consumer its UUID
   * @param type consumer type
   * @param generation consumer generation
   * @param projectId who is charged
   * @param userId who is charged
   * @param providerName name of the resource provider
   * @param resources amounts by resource class
   */
  public record Allocation(
      UUID consumer,
      String type,
      int generation,
      String projectId,
      String userId,
      String providerName,
      Map<String, Integer> resources) {
    /** Copies the map. */
    public Allocation {
      resources = Map.copyOf(resources);
    }
  }

  /** All allocations. */
  public synchronized List<Allocation> allocations() {
    return List.copyOf(allocations.values());
  }

  /** One consumer's allocation. */
  public synchronized Optional<Allocation> allocation(UUID consumer) {
    return Optional.ofNullable(allocations.get(consumer));
  }

  /** Puts an allocation in as another client of Placement would: its generation grows. */
  public synchronized void put(Allocation allocation) {
    Allocation old = allocations.get(allocation.consumer());
    allocations.put(
        allocation.consumer(),
        new Allocation(
            allocation.consumer(),
            allocation.type(),
            old == null ? 1 : old.generation() + 1,
            allocation.projectId(),
            allocation.userId(),
            allocation.providerName(),
            allocation.resources()));
    providers.values().stream()
        .filter(provider -> provider.name.equals(allocation.providerName()))
        .forEach(provider -> provider.generation++);
  }

  synchronized void add(StandInHost host, UUID provider) {
    providers.put(provider, new ResourceProvider(provider, host));
  }

  void mount(Router router) {
    router.get(PATH + "/resource_providers").handler(this::providers);
    router.get(PATH + "/resource_providers/:id/inventories").handler(this::inventories);
    router.get(PATH + "/resource_providers/:id/allocations").handler(this::providerAllocations);
    router.get(PATH + "/allocations/:id").handler(this::read);
    router.put(PATH + "/allocations/:id").handler(this::write);
    router.delete(PATH + "/allocations/:id").handler(this::delete);
  }

  private static Optional<Integer> minor(RoutingContext context) {
    Optional<Integer> minor = Wire.minor(context, "placement", 1, 0, 39);
    if (minor.isEmpty()) {
      Wire.apiSigError(context, 406, UNDEFINED, "Unacceptable version header");
    }
    return minor;
  }

  private synchronized void providers(RoutingContext context) {
    if (minor(context).isEmpty()) {
      return;
    }
    String name = context.request().getParam("name");
    JsonArray found = new JsonArray();
    for (ResourceProvider provider : providers.values()) {
      if (name == null || name.equals(provider.name)) {
        found.add(
            new JsonObject()
                .put("uuid", provider.uuid.toString())
                .put("name", provider.name)
                .put("generation", provider.generation)
                .put("root_provider_uuid", provider.uuid.toString())
                .put("parent_provider_uuid", null)
                .put("links", new JsonArray()));
      }
    }
    Wire.json(context, 200, new JsonObject().put("resource_providers", found));
  }

  private Optional<ResourceProvider> provider(RoutingContext context) {
    Optional<ResourceProvider> provider =
        minor(context).isEmpty() ? Optional.empty() : Wire.uuid(context, "id").map(providers::get);
    if (provider.isEmpty() && !context.response().ended()) {
      Wire.apiSigError(context, 404, UNDEFINED, "No resource provider with that uuid found");
    }
    return provider;
  }

  private synchronized void inventories(RoutingContext context) {
    provider(context)
        .ifPresent(
            provider -> {
              Wire.json(
                  context,
                  200,
                  new JsonObject()
                      .put("resource_provider_generation", provider.generation)
                      .put("inventories", provider.inventories()));
            });
  }

  private synchronized void providerAllocations(RoutingContext context) {
    provider(context)
        .ifPresent(
            provider -> {
              JsonObject held = new JsonObject();
              for (Allocation allocation : allocations.values()) {
                if (allocation.providerName().equals(provider.name)) {
                  held.put(
                      allocation.consumer().toString(),
                      new JsonObject()
                          .put("resources", amounts(allocation))
                          .put("consumer_generation", allocation.generation()));
                }
              }
              Wire.json(
                  context,
                  200,
                  new JsonObject()
                      .put("resource_provider_generation", provider.generation)
                      .put("allocations", held));
            });
  }

  private static JsonObject amounts(Allocation allocation) {
    JsonObject amounts = new JsonObject();
    allocation.resources().forEach(amounts::put);
    return amounts;
  }

  private synchronized void read(RoutingContext context) {
    Optional<Integer> minor = minor(context);
    if (minor.isEmpty()) {
      return;
    }
    JsonObject body = new JsonObject().put("allocations", new JsonObject());
    Wire.uuid(context, "id").map(allocations::get).ifPresent(held -> fill(body, held, minor.get()));
    Wire.json(context, 200, body);
  }

  private void fill(JsonObject body, Allocation held, int minor) {
    ResourceProvider provider = byName(held.providerName());
    body.getJsonObject("allocations")
        .put(
            provider.uuid.toString(),
            new JsonObject()
                .put("generation", provider.generation)
                .put("resources", amounts(held)));
    body.put("project_id", held.projectId()).put("user_id", held.userId());
    if (minor >= 28) {
      body.put("consumer_generation", held.generation());
    }
    if (minor >= 38) {
      body.put("consumer_type", held.type());
    }
  }

  private ResourceProvider byName(String name) {
    return providers.values().stream()
        .filter(provider -> provider.name.equals(name))
        .findFirst()
        .orElseThrow();
  }

  private synchronized void write(RoutingContext context) {
    Optional<Integer> minor = minor(context);
    if (minor.isEmpty()) {
      return;
    }
    JsonObject body = context.body().asJsonObject();
    Optional<UUID> consumer = Wire.uuid(context, "id");
    if (consumer.isEmpty() || minor.get() < 38 || !wellFormed(body)) {
      Wire.apiSigError(context, 400, UNDEFINED, "JSON does not validate (stand-in: 1.38 only)");
      return;
    }
    Allocation old = allocations.get(consumer.get());
    Integer expected = old == null ? null : old.generation();
    if (!Objects.equals(expected, body.getInteger("consumer_generation"))) {
      Wire.apiSigError(
          context,
          409,
          CONCURRENT,
          "consumer generation conflict - expected %s but got %s"
              .formatted(expected, body.getInteger("consumer_generation")));
      return;
    }
    allocate(context, consumer.get(), body);
  }

  /** The parts of the 1.38 schema that a client can get wrong. */
  private static boolean wellFormed(JsonObject body) {
    return body != null
        && body.getValue("allocations") instanceof JsonObject wanted
        && wanted.size() == 1
        && body.containsKey("consumer_generation")
        && body.getString("project_id", "").length() > 0
        && body.getString("user_id", "").length() > 0
        && body.getString("consumer_type", "").matches("[A-Z0-9_]{1,255}")
        && wanted.stream()
            .map(entry -> ((JsonObject) entry.getValue()).getJsonObject("resources"))
            .allMatch(
                resources ->
                    resources != null
                        && !resources.isEmpty()
                        && resources.stream()
                            .allMatch(amount -> amount.getValue() instanceof Integer n && n >= 1));
  }

  private void allocate(RoutingContext context, UUID consumer, JsonObject body) {
    Map.Entry<String, Object> wanted = body.getJsonObject("allocations").iterator().next();
    ResourceProvider provider = providers.get(UUID.fromString(wanted.getKey()));
    if (provider == null) {
      String detail = "Allocation for resource provider '%s' that does not exist.";
      Wire.apiSigError(context, 400, UNDEFINED, detail.formatted(wanted.getKey()));
      return;
    }
    Map<String, Integer> resources = new HashMap<>();
    ((JsonObject) wanted.getValue())
        .getJsonObject("resources")
        .forEach(amount -> resources.put(amount.getKey(), (Integer) amount.getValue()));
    Optional<String> lacking = lacking(consumer, provider, resources);
    if (lacking.isPresent()) {
      Wire.apiSigError(
          context,
          409,
          UNDEFINED,
          "Unable to allocate inventory: Unable to create allocation for '%s' on resource provider"
                  .formatted(lacking.get())
              + " '%s'. The requested amount would exceed the capacity.".formatted(provider.uuid));
      return;
    }
    put(
        new Allocation(
            consumer,
            body.getString("consumer_type"),
            0,
            body.getString("project_id"),
            body.getString("user_id"),
            provider.name,
            resources));
    Wire.empty(context, 204);
  }

  private Optional<String> lacking(
      UUID consumer, ResourceProvider provider, Map<String, Integer> wanted) {
    return wanted.entrySet().stream()
        .filter(
            entry ->
                used(consumer, provider, entry.getKey()) + entry.getValue()
                    > provider.capacity(entry.getKey()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private int used(UUID except, ResourceProvider provider, String resource) {
    return allocations.values().stream()
        .filter(held -> held.providerName().equals(provider.name))
        .filter(held -> !held.consumer().equals(except))
        .mapToInt(held -> held.resources().getOrDefault(resource, 0))
        .sum();
  }

  private synchronized void delete(RoutingContext context) {
    if (minor(context).isEmpty()) {
      return;
    }
    Allocation gone = Wire.uuid(context, "id").map(allocations::remove).orElse(null);
    if (gone == null) {
      String detail = "No allocations for consumer '%s'";
      Wire.apiSigError(context, 404, UNDEFINED, detail.formatted(context.pathParam("id")));
      return;
    }
    byName(gone.providerName()).generation++;
    Wire.empty(context, 204);
  }
}
