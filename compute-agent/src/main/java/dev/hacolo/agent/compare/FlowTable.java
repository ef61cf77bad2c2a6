package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.FlowKey;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections by key, at most so many. Two lines in the order of last use: open connections, and
 * closed ones, which go first. A connection that is busy is never put out.
 */
final class FlowTable<F extends FlowTable.Entry<F>> {
  /** How many busy connections are passed over before the table counts as full. */
  private static final int PATIENCE = 16;

  private final Map<FlowKey, F> flows = new HashMap<>();
  private final int limit;
  private final Consumer<F> onDrop;
  private final Line<F> open = new Line<>();
  private final Line<F> closed = new Line<>();
  private long evicted;

  /** A connection. */
  abstract static class Entry<F extends Entry<F>> {
    final FlowKey key;
    private @Nullable F older;
    private @Nullable F newer;
    private boolean closed;
    private long used;

    Entry(FlowKey key) {
      this.key = key;
    }

    /** Whether something waits here that would be lost. */
    abstract boolean busy();
  }

  private static final class Line<F extends Entry<F>> {
    private @Nullable F oldest;
    private @Nullable F newest;

    void append(F flow) {
      Entry<F> entry = flow;
      entry.older = newest;
      entry.newer = null;
      if (newest == null) {
        oldest = flow;
      } else {
        ((Entry<F>) newest).newer = flow;
      }
      newest = flow;
    }

    void remove(F flow) {
      Entry<F> entry = flow;
      if (entry.older == null) {
        oldest = entry.newer;
      } else {
        ((Entry<F>) entry.older).newer = entry.newer;
      }
      if (entry.newer == null) {
        newest = entry.older;
      } else {
        ((Entry<F>) entry.newer).older = entry.older;
      }
    }
  }

  /**
   * An empty table.
   *
   * @param limit largest number of connections, at least 1
   * @param onDrop is told of each one that is forgotten, except by {@link #clear}
   */
  FlowTable(int limit, Consumer<F> onDrop) {
    this.limit = limit;
    this.onDrop = onDrop;
  }

  /** The connection of the key, which becomes the last used one; null if there is none. */
  @Nullable F find(FlowKey key, long now) {
    F flow = flows.get(key);
    if (flow != null) {
      touch(flow, now);
    }
    return flow;
  }

  private void touch(F flow, long now) {
    Entry<F> entry = flow;
    entry.used = now;
    Line<F> line = entry.closed ? closed : open;
    if (line.newest != flow) {
      line.remove(flow);
      line.append(flow);
    }
  }

  /** Adds a connection with a key of its own; false if the table is full of busy ones. */
  boolean add(F flow, long now) {
    if (flows.size() >= limit && !evict(closed) && !evict(open)) {
      return false;
    }
    flows.put(flow.key, flow);
    ((Entry<F>) flow).used = now;
    open.append(flow);
    return true;
  }

  private boolean evict(Line<F> line) {
    F flow = line.oldest;
    for (int i = 0; flow != null && i < PATIENCE; i++) {
      if (!flow.busy()) {
        drop(flow, line);
        evicted++;
        return true;
      }
      flow = ((Entry<F>) flow).newer;
    }
    return false;
  }

  private void drop(F flow, Line<F> line) {
    line.remove(flow);
    flows.remove(flow.key);
    onDrop.accept(flow);
  }

  /** Says whether a connection is closed. */
  void close(F flow, boolean isClosed) {
    Entry<F> entry = flow;
    if (entry.closed != isClosed) {
      (entry.closed ? closed : open).remove(flow);
      entry.closed = isClosed;
      (isClosed ? closed : open).append(flow);
    }
  }

  /** Forgets closed connections that were not used for so long, at most 1024 at once. */
  void expire(long now, long age) {
    for (int i = 0; i < 1024; i++) {
      F flow = closed.oldest;
      if (flow == null || now - ((Entry<F>) flow).used < age || flow.busy()) {
        return;
      }
      drop(flow, closed);
    }
  }

  void clear() {
    flows.clear();
    open.oldest = null;
    open.newest = null;
    closed.oldest = null;
    closed.newest = null;
  }

  /** All connections, in no order; the table must not be changed meanwhile. */
  Iterable<F> all() {
    return flows.values();
  }

  int size() {
    return flows.size();
  }

  long evicted() {
    return evicted;
  }
}
