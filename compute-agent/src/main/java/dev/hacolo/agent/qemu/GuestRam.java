package dev.hacolo.agent.qemu;

import dev.hacolo.agent.provenance.RamRange;
import dev.hacolo.agent.qmp.Monitor;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Finds guest RAM in the address space of a running QEMU. */
public final class GuestRam {
  private GuestRam() {}

  /**
   * Where the guest's memory backends are. ROM, video memory and what has no backend are left out.
   * Four commands and one for each backend; changes nothing.
   *
   * @return ranges in the order of addresses; fails if QEMU's answers are not understood, or if
   *     they name no RAM
   */
  public static Future<List<RamRange>> locate(Monitor qmp) {
    return qmp.command("query-memdev")
        .compose(
            devices ->
                monitor(qmp, "info ramblock")
                    .compose(text -> locate(qmp, RamBlocks.blocks(text), names(devices))));
  }

  /**
   * Where the pages of the memory backends are, as {@link #locate} has found them.
   *
   * @return fails if QEMU's answers are not understood
   */
  public static Future<RamLayout> layout(Monitor qmp) {
    return qmp.command("query-memdev")
        .map(GuestRam::names)
        .compose(names -> monitor(qmp, "info mtree -f").map(t -> RamBlocks.parts(t, names)))
        .compose(parts -> layout(qmp, parts));
  }

  private static Future<RamLayout> layout(Monitor qmp, List<RamBlocks.Part> parts) {
    Future<List<RamLayout.Part>> all = Future.succeededFuture(new ArrayList<>());
    for (RamBlocks.Part part : parts) {
      all = all.compose(found -> place(qmp, part, found));
    }
    return all.map(RamLayout::new);
  }

  private static Future<List<RamLayout.Part>> place(
      Monitor qmp, RamBlocks.Part part, List<RamLayout.Part> found) {
    return addressOf(qmp, part)
        .map(
            address -> {
              long pages = part.bytes() / RamRange.PAGE;
              long first = part.guest() / RamRange.PAGE;
              if (pages > 0 && part.guest() % RamRange.PAGE == 0) {
                found.add(new RamLayout.Part(first, pages, address));
              }
              return found;
            });
  }

  /** Where a part of a block begins in QEMU's address space. */
  private static Future<Long> addressOf(Monitor qmp, RamBlocks.Part part) {
    return monitor(qmp, "gpa2hva 0x" + Long.toHexString(part.guest()))
        .compose(
            text -> {
              OptionalLong address = RamBlocks.address(text, part.name());
              return address.isPresent()
                  ? Future.succeededFuture(address.getAsLong())
                  : Future.failedFuture("gpa2hva says: " + text.strip());
            });
  }

  /** A block has the id of its backend as its name, or the whole path (machines before 4.0). */
  private static Set<String> names(Object devices) {
    Set<String> names = new TreeSet<>();
    for (Object device : (JsonArray) devices) {
      String id = ((JsonObject) device).getString("id");
      if (id != null) {
        names.add(id);
        names.add("/objects/" + id);
      }
    }
    return names;
  }

  private static Future<List<RamRange>> locate(
      Monitor qmp, List<RamBlocks.Block> blocks, Set<String> names) {
    List<RamBlocks.Block> ram = blocks.stream().filter(b -> names.contains(b.name())).toList();
    if (ram.isEmpty()) {
      return Future.failedFuture("QEMU names no block of RAM that has a memory backend");
    }
    if (ram.stream().allMatch(b -> b.address().isPresent())) {
      Map<String, Long> addresses = new HashMap<>();
      ram.forEach(b -> addresses.put(b.name(), b.address().orElseThrow()));
      return ranges(ram, addresses);
    }
    return monitor(qmp, "info mtree -f")
        .compose(text -> addresses(qmp, ram, RamBlocks.parts(text, names)))
        .compose(addresses -> ranges(ram, addresses));
  }

  /** One after the other: there are a handful at most. */
  private static Future<Map<String, Long>> addresses(
      Monitor qmp, List<RamBlocks.Block> ram, List<RamBlocks.Part> parts) {
    Future<Map<String, Long>> all = Future.succeededFuture(new HashMap<>());
    for (RamBlocks.Block block : ram) {
      for (RamBlocks.Part part : parts) {
        if (part.name().equals(block.name())) {
          all = all.compose(found -> address(qmp, part, found));
        }
      }
    }
    return all;
  }

  /** All parts of a block must lead to the same start of the block. */
  private static Future<Map<String, Long>> address(
      Monitor qmp, RamBlocks.Part part, Map<String, Long> found) {
    return addressOf(qmp, part)
        .compose(
            address -> {
              long start = address - part.offset();
              Long before = found.put(part.name(), start);
              return before == null || before == start
                  ? Future.succeededFuture(found)
                  : Future.failedFuture(part.name() + " does not lie in one piece");
            });
  }

  private static Future<List<RamRange>> ranges(
      List<RamBlocks.Block> ram, Map<String, Long> addresses) {
    List<RamRange> ranges = new ArrayList<>();
    for (RamBlocks.Block block : ram) {
      Long address = addresses.get(block.name());
      if (address == null) {
        return Future.failedFuture("QEMU does not say where " + block.name() + " is");
      }
      ranges.add(new RamRange(address, block.used()));
    }
    ranges.sort(Comparator.comparingLong(RamRange::address));
    return Future.succeededFuture(List.copyOf(ranges));
  }

  private static Future<String> monitor(Monitor qmp, String line) {
    return qmp.command("human-monitor-command", new JsonObject().put("command-line", line))
        .map(String.class::cast);
  }
}
