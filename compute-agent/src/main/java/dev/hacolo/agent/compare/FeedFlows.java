package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
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
  private final Runnable numbersLost;
  private final FlowKey probe = new FlowKey();
  private final Map<FlowKey, FeedFlow> flows = new HashMap<>();
  private final Chain keeping = new Chain();
  private final Chain settled = new Chain();
  private final Chain idle = new Chain();
  private long evicted;

  /**
   * An empty table.
   *
   * @param numbersLost told when a connection is forgotten whose numbers differ in the two VMs
   */
  FeedFlows(int capacity, Runnable numbersLost) {
    this.capacity = capacity;
    this.numbersLost = numbersLost;
  }

  @Nullable FeedFlow get(FlowKey key) {
    return flows.get(key);
  }

  /** The connection of a segment, see {@link #of(FlowKey, FeedEpoch)}. */
  @Nullable FeedFlow of(int nic, Packet parsed, boolean fromGuest, FeedEpoch epoch) {
    return of(parsed.flow(probe, nic, fromGuest), epoch);
  }

  /** The connection, in the state that runs; null if there is no room for another. */
  @Nullable FeedFlow of(FlowKey key, FeedEpoch epoch) {
    FeedFlow flow = flows.get(key);
    if (flow == null) {
      if (!makeRoom(epoch)) {
        return null;
      }
      flow = new FeedFlow(key.copy(), epoch.loaded());
      flows.put(flow.key, flow);
      idle.append(flow);
    } else if (flow.loaded != epoch.loaded()) {
      flow.load(epoch.loaded());
    }
    used(flow, epoch.now);
    return flow;
  }

  /** Takes the place of the longest unused one if there is no other. */
  private boolean makeRoom(FeedEpoch epoch) {
    if (flows.size() < capacity) {
      return true;
    }
    FeedFlow gone = idle.first;
    if (gone == null) {
      return false;
    }
    evicted++;
    remove(gone);
    if (gone.loaded == epoch.loaded() && gone.translated()) {
      numbersLost.run();
    }
    return true;
  }

  private void used(FeedFlow flow, long now) {
    flow.lastSeen = now;
    if (flow.chain == idle && idle.last != flow) {
      idle.remove(flow);
      idle.append(flow);
    }
  }

  /** Puts a flow where it belongs now; a flow that keeps goes behind the others that keep. */
  void place(FeedFlow flow) {
    Chain place = idle;
    if (flow.content.lowest() != null) {
      place = keeping;
    } else if (flow.content.settledLast() != null) {
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

  /** Whether a client has acknowledged what its guest has not sent in state {@code k} yet. */
  boolean oweAcknowledgements(long k) {
    for (FeedFlow flow : flows.values()) {
      if (flow.lives(k) && flow.owesAcknowledgement()) {
        return true;
      }
    }
    return false;
  }

  /** Live connections whose numbers differ in state {@code k}. */
  Collection<Translation> translations(long k) {
    List<Translation> all = new ArrayList<>();
    for (FeedFlow flow : flows.values()) {
      if (flow.lives(k) && flow.translated() && !flow.ended()) {
        all.add(flow.translation());
      }
    }
    return all;
  }

  void echoes(InputFeed.EchoVisitor visitor) {
    for (FeedFlow flow : flows.values()) {
      if (flow.client.echo != 0) {
        visitor.echoed(flow.key, flow.client.echo);
      }
    }
  }

  int size() {
    return flows.size();
  }

  long evicted() {
    return evicted;
  }
}
