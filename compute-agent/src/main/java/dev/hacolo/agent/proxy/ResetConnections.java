package dev.hacolo.agent.proxy;

import dev.hacolo.agent.packet.FlowKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Connections that have been reset and of which neither end may say anything more. Each is
 * remembered until both ends have had the time to notice. Times are nanoseconds of any one clock.
 */
final class ResetConnections {
  static final int MAX_CONNECTIONS = 4096;
  static final long MEMORY_NANOS = 60_000_000_000L;

  private final Map<FlowKey, Long> since = new LinkedHashMap<>();

  /** Remembers one; the oldest makes room. */
  void add(FlowKey flow, long now) {
    if (since.size() >= MAX_CONNECTIONS) {
      since.remove(since.keySet().iterator().next());
    }
    since.put(flow, now);
  }

  boolean has(FlowKey flow) {
    return !since.isEmpty() && since.containsKey(flow);
  }

  /** The same ports are used again. */
  void remove(FlowKey flow) {
    since.remove(flow);
  }

  void tick(long now) {
    Iterator<Long> oldest = since.values().iterator();
    while (oldest.hasNext() && now - oldest.next() > MEMORY_NANOS) {
      oldest.remove();
    }
  }

  boolean isEmpty() {
    return since.isEmpty();
  }
}
