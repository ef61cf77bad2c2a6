package dev.hacolo.agent.proxy;

import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections that have been reset and of which neither end may hear the other any more. A guest
 * that was never told could go on at any time, so each is remembered until the guest has been
 * silent for a while after it was told. Times are nanoseconds of any one clock.
 */
final class ResetConnections {
  /** As many as the ledger can have; one more takes the place of the oldest. */
  static final int MAX_CONNECTIONS = 100_000;

  /** From the last time that a guest was told. */
  static final long MEMORY_NANOS = 60_000_000_000L;

  /** Of a guest that says nothing; as long as a silent connection is translated. */
  static final long SILENCE_NANOS = 5 * 86_400_000_000_000L;

  private record Entry(long since, @Nullable Integer asked) {}

  /** Each in the order of its times. */
  private final Map<FlowKey, Entry> silent = new LinkedHashMap<>();

  private final Map<FlowKey, Entry> told = new LinkedHashMap<>();

  /** Remembers one; its key is kept. */
  void add(FlowKey flow, long now) {
    remove(flow);
    if (silent.size() + told.size() >= MAX_CONNECTIONS) {
      Map<FlowKey, Entry> from = told.isEmpty() ? silent : told;
      from.remove(from.keySet().iterator().next());
    }
    silent.put(flow, new Entry(now, null));
  }

  boolean has(FlowKey flow) {
    return silent.containsKey(flow) || told.containsKey(flow);
  }

  /** The guest has been told once more. */
  void told(FlowKey flow, long now) {
    Entry known = remove(flow);
    if (known != null) {
      told.put(flow.copy(), new Entry(now, known.asked()));
    }
  }

  /**
   * A SYN of the client.
   *
   * @return whether it asks for another connection
   */
  boolean asks(FlowKey flow, Packet syn) {
    if (syn.has(Packet.ACK)) {
      return false;
    }
    Map<FlowKey, Entry> in = silent.containsKey(flow) ? silent : told;
    in.computeIfPresent(flow, (key, known) -> new Entry(known.since(), syn.sequence() + 1));
    return true;
  }

  /**
   * A SYN of the guest.
   *
   * @return whether another connection of the same ports begins, so that this one is forgotten
   */
  boolean begins(FlowKey flow, Packet syn) {
    Entry known = silent.containsKey(flow) ? silent.get(flow) : told.get(flow);
    Integer asked = known == null ? null : known.asked();
    if (syn.has(Packet.ACK) && (asked == null || asked != syn.acknowledgement())) {
      return false;
    }
    remove(flow);
    return true;
  }

  private @Nullable Entry remove(FlowKey flow) {
    Entry known = silent.remove(flow);
    return known == null ? told.remove(flow) : known;
  }

  void tick(long now) {
    expire(silent, now, SILENCE_NANOS);
    expire(told, now, MEMORY_NANOS);
  }

  private static void expire(Map<FlowKey, Entry> entries, long now, long age) {
    Iterator<Entry> oldest = entries.values().iterator();
    while (oldest.hasNext() && now - oldest.next().since() > age) {
      oldest.remove();
    }
  }

  boolean isEmpty() {
    return silent.isEmpty() && told.isEmpty();
  }
}
