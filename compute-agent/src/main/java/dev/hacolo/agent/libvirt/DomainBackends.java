package dev.hacolo.agent.libvirt;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.qemu.Backends;
import dev.hacolo.agent.qemu.Names;
import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.GuestDescription.Nic;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What libvirt calls the host's side of devices in QEMU. Pure.
 *
 * @param nodes name of each disk's format node, by the disk's id
 */
record DomainBackends(Map<String, String> nodes) implements Backends {
  /** Takes a copy. */
  DomainBackends {
    nodes = Map.copyOf(nodes);
  }

  /**
   * Finds the nodes.
   *
   * @param blocks what QEMU answered to {@code query-block}
   * @param known nodes found earlier in the same QEMU: while our overlays are above a disk, QEMU
   *     does not say what is below
   */
  static DomainBackends of(List<Disk> disks, Object blocks, Map<String, String> known) {
    Map<String, String> nodes = new HashMap<>();
    for (Disk disk : disks) {
      String node = node(disk, (JsonArray) blocks);
      String below = node.startsWith(Names.PREFIX) ? known.getOrDefault(disk.id(), "") : node;
      if (below.isEmpty()) {
        throw new StepException("QEMU does not say what is behind disk " + disk.id());
      }
      nodes.put(disk.id(), below);
    }
    return new DomainBackends(nodes);
  }

  /** A virtio disk is a proxy of the device that has the block backend. */
  private static String node(Disk disk, JsonArray blocks) {
    for (Object each : blocks) {
      JsonObject block = (JsonObject) each;
      List<String> path = List.of(block.getString("qdev", "").split("/", -1));
      if (path.contains(disk.id()) && block.getValue("inserted") instanceof JsonObject inserted) {
        return inserted.getString("node-name", "");
      }
    }
    return "";
  }

  @Override
  public String netdev(Nic nic) {
    return "host" + nic.id();
  }

  @Override
  public String node(Disk disk) {
    String node = nodes.get(disk.id());
    if (node == null) {
      throw new StepException("the domain has no disk " + disk.id());
    }
    return node;
  }
}
