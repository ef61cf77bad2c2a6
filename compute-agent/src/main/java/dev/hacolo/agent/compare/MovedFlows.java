package dev.hacolo.agent.compare;

import java.util.ArrayList;
import java.util.List;

/** The connections whose acknowledgement by the guest has moved since it was told to B. */
final class MovedFlows {
  private final List<GateFlow> flows = new ArrayList<>();

  void add(GateFlow flow) {
    if (flow.movedAt < 0) {
      flow.movedAt = flows.size();
      flows.add(flow);
    }
  }

  /** A connection that is forgotten; B keeps its inputs for longer. */
  void remove(GateFlow flow) {
    int at = flow.movedAt;
    if (at >= 0) {
      flow.movedAt = -1;
      GateFlow last = flows.remove(flows.size() - 1);
      if (last != flow) {
        flows.set(at, last);
        last.movedAt = at;
      }
    }
  }

  void tell(ReleaseGate.Port port) {
    for (GateFlow flow : flows) {
      flow.movedAt = -1;
      if (flow.hasReceived()) {
        port.acknowledged(flow.key, flow.received());
      }
    }
    flows.clear();
  }
}
