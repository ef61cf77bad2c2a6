package dev.hacolo.bed.openstack;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.UUID;

/** A resource provider with its inventories; guarded by the one that holds it. */
final class ResourceProvider {
  final UUID uuid;
  final String name;
  int generation = 1;

  private final Map<String, Inventory> inventories;

  ResourceProvider(UUID uuid, StandInHost host) {
    this.uuid = uuid;
    this.name = host.hypervisor();
    this.inventories =
        Map.of(
            "VCPU", new Inventory(host.vcpus(), 0, 4.0),
            "MEMORY_MB", new Inventory(host.memoryMb(), 512, 1.0),
            "DISK_GB", new Inventory(host.diskGb(), 0, 1.0));
  }

  /** What can be allocated of a resource class in all; 0 if it is not there. */
  int capacity(String resource) {
    Inventory inventory = inventories.get(resource);
    return inventory == null
        ? 0
        : (int) ((inventory.total() - inventory.reserved()) * inventory.ratio());
  }

  JsonObject inventories() {
    JsonObject json = new JsonObject();
    inventories.forEach((resource, inventory) -> json.put(resource, inventory.json()));
    return json;
  }

  private record Inventory(int total, int reserved, double ratio) {
    JsonObject json() {
      return new JsonObject()
          .put("total", total)
          .put("reserved", reserved)
          .put("min_unit", 1)
          .put("max_unit", total)
          .put("step_size", 1)
          .put("allocation_ratio", ratio);
    }
  }
}
