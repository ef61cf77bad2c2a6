package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.FlowKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of an {@link InputFeed}: those with content that the secondary VM has not, in the
 * order in which they are to be looked at; those with settled content only; and the others, the
 * longest unused first.
 */
final class FeedFlows {
  /** A list through {@link FeedFlow#newer}; a flow is in one list only. */
  static final class Chain {
    @Nullable FeedFlow first;
    @Nullable FeedFlow last;
    int size;

    void append(FeedFlow flow) {
      flow.chain = this;
      size++;
      flow.older = last;
      flow.newer = null;
      if (last == null) {
        first = flow;
      } else {
        last.newer = flow;
      }
      last = flow;
    }

    void remove(FeedFlow flow) {
      size--;
      if (flow.older == null) {
        first = flow.newer;
      } else {
        flow.older.newer = flow.newer;
      }
      if (flow.newer == null) {
        last = flow.older;
      } else {
        flow.newer.older = flow.older;
      }
    }
  }

  private final int capacity;
  private final Map<FlowKey, FeedFlow> flows = new HashMap<>();
  private final Chain keeping = new Chain();
  private final Chain settled = new Chain();
  private final Chain idle = new Chain();
  private long evicted;

  FeedFlows(int capacity) {
    this.capacity = capacity;
  }

  @Nullable FeedFlow get(FlowKey key) {
    return flows.get(key);
  }

  /** Whether one more needs no room, or finds it. */
  boolean hasRoom() {
    return flows.size() < capacity || idle.first != null;
  }

  /** Takes the place of the longest unused one if there is no other; only with room. */
  @Nullable FeedFlow makeRoom() {
    FeedFlow gone = flows.size() < capacity ? null : idle.first;
    if (gone != null) {
      evicted++;
      remove(gone);
    }
    return gone;
  }

  FeedFlow add(FlowKey key, long loaded) {
    FeedFlow flow = new FeedFlow(key.copy(), loaded);
    flows.put(flow.key, flow);
    idle.append(flow);
    return flow;
  }

  void used(FeedFlow flow, long now) {
    flow.lastSeen = now;
    if (flow.chain == idle && idle.last != flow) {
      idle.remove(flow);
      idle.append(flow);
    }
  }

  /** Puts a flow where it belongs now; a flow that keeps goes behind the others that keep. */
  void place(FeedFlow flow) {
    Chain place = idle;
    if (flow.lowest() != null) {
      place = keeping;
    } else if (flow.settledLast() != null) {
      place = settled;
    }
    Chain old = flow.chain;
    if (place != old && old != null) {
      old.remove(flow);
      place.append(flow);
    }
  }

  void toBack(FeedFlow flow) {
    if (flow.chain == keeping && keeping.last != flow) {
      keeping.remove(flow);
      keeping.append(flow);
    }
  }

  /** The first that keeps content; the others through {@link FeedFlow#newer}. */
  @Nullable FeedFlow firstKeeping() {
    return keeping.first;
  }

  /** The first that has settled content only. */
  @Nullable FeedFlow firstSettled() {
    return settled.first;
  }

  /** Whether settled content keeps so many connections that a checkpoint should free them. */
  boolean manySettled() {
    return settled.size >= capacity / 2;
  }

  void forgetUnused(long now, long after) {
    for (FeedFlow flow = idle.first;
        flow != null && now - flow.lastSeen >= after;
        flow = idle.first) {
      remove(flow);
    }
  }

  private void remove(FeedFlow flow) {
    idle.remove(flow);
    flows.remove(flow.key);
  }

  Iterable<FeedFlow> all() {
    return flows.values();
  }

  int size() {
    return flows.size();
  }

  long evicted() {
    return evicted;
  }
}
