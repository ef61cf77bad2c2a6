package dev.hacolo.agent.compare;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The TCP connections of an epoch at B: what the secondary VM has sent, and records that wait. */
final class StreamPool {
  /** Where decisions go. */
  interface Port {
    /** The answer to a record. */
    void verdict(long record, Verdict verdict);

    /** See {@link OutputComparator.Port#opened}. */
    void opened(FlowKey flow, OutputRecord.SynAck primary, OutputRecord.SynAck secondary);

    /** A bound is reached: a checkpoint would free memory or mend what it has cost. */
    void wanted();
  }

  private final ComparatorLimits limits;
  private final ContentDigest.Sum sum;
  private final Port port;
  private final FlowTable<SecondaryFlow> flows;
  private final FlowKey key = new FlowKey();
  private long bytes;
  private int records;

  StreamPool(ComparatorLimits limits, ContentDigest digest, Port port) {
    this.limits = limits;
    this.sum = digest.sum();
    this.port = port;
    this.flows = new FlowTable<>(limits.maxFlows(), flow -> bytes -= flow.size());
  }

  /** A client has acknowledged something, in the primary guest's numbers. */
  void acknowledge(int nic, Packet parsed) {
    SecondaryFlow flow = flows.find(parsed.flow(key, nic, false), 0);
    if (flow != null) {
      bytes -= flow.acknowledge(parsed.acknowledgement());
    }
  }

  /**
   * A segment of the secondary VM.
   *
   * @return false if there is no room: then nothing is said of its connection in this epoch
   */
  boolean output(int nic, Frame frame, Packet parsed) {
    if (parsed.sequenceLength() == 0 && !parsed.has(Packet.RST)) {
      return true;
    }
    SecondaryFlow flow = flow(parsed.flow(key, nic, true));
    if (flow == null || bytes + parsed.payloadLength() > limits.hardBytes()) {
      if (flow != null) {
        flow.confuse();
      }
      port.wanted();
      return false;
    }
    bytes += flow.output(frame, parsed);
    if (bytes > limits.softBytes()) {
      port.wanted();
    }
    decide(flow);
    return true;
  }

  /** A record of the primary's. Returns false if there is no room for its connection. */
  boolean record(OutputRecord.Stream output) {
    SecondaryFlow flow = flow(output.flow());
    if (flow == null) {
      return false;
    }
    flow.add(output);
    records++;
    decide(flow);
    return true;
  }

  /** See {@link OutputComparator#omittable}. */
  @Nullable Omission omittable(int nic, Packet parsed) {
    SecondaryFlow flow = flows.find(parsed.flow(key, nic, false), 0);
    return flow == null ? null : flow.omittable(parsed.acknowledgement());
  }

  /** See {@link OutputComparator#omit}. */
  void omit(Omission omission) {
    SecondaryFlow flow = flows.find(omission.flow(), 0);
    if (flow == null) {
      return;
    }
    // Behind the answers there may be repetitions of them.
    for (OutputRecord.Stream head = flow.waiting.head();
        head != null && omission.covers(head);
        head = flow.waiting.head()) {
      flow.waiting.removeHead();
      records--;
      port.verdict(head.id(), Verdict.EQUAL);
    }
    flow.omit(omission);
    bytes -= flow.trim();
  }

  private @Nullable SecondaryFlow flow(FlowKey wantedKey) {
    SecondaryFlow flow = flows.find(wantedKey, 0);
    if (flow != null) {
      return flow;
    }
    SecondaryFlow made = new SecondaryFlow(wantedKey.copy());
    return flows.add(made, 0) ? made : null;
  }

  /** Answers the connection's records as far as they can be answered, in their order. */
  private void decide(SecondaryFlow flow) {
    for (OutputRecord.Stream head = flow.waiting.head(); head != null; head = flow.waiting.head()) {
      SecondaryFlow.Answer answer = flow.decide(head, sum);
      announce(flow);
      if (answer == SecondaryFlow.Answer.NONE) {
        break;
      }
      flow.waiting.removeHead();
      records--;
      boolean same = answer == SecondaryFlow.Answer.EQUAL;
      port.verdict(head.id(), same ? Verdict.EQUAL : Verdict.DIFFERENT);
    }
    bytes -= flow.trim();
  }

  private void announce(SecondaryFlow flow) {
    OutputRecord.SynAck primary = flow.newlyOpened();
    OutputRecord.SynAck secondary = flow.secondaryOpening();
    if (primary != null && secondary != null) {
      port.opened(flow.key.copy(), primary, secondary);
    }
  }

  void clear() {
    flows.clear();
    bytes = 0;
    records = 0;
  }

  /**
   * See {@link OutputComparator#takeOver}.
   *
   * @param complete whether nothing that the secondary VM has sent in this epoch is missing here
   */
  OpenLedger takeOver(boolean complete, OpenLedger.Port decisions, long now) {
    List<SecondaryFlow> open = new ArrayList<>();
    for (SecondaryFlow flow : flows.all()) {
      records -= flow.keepPreReleased();
      if (flow.busy()) {
        open.add(flow);
      }
    }
    return new OpenLedger(open, complete, sum, decisions, now);
  }

  /** See {@link OutputComparator#unacknowledged}. */
  void unacknowledged(OutputComparator.FrameVisitor visitor) {
    for (SecondaryFlow flow : flows.all()) {
      int nic = flow.key.nic();
      flow.unacknowledged(frame -> visitor.frame(nic, frame));
    }
  }

  int flows() {
    return flows.size();
  }

  /** Bytes that the secondary VM's streams take. */
  long bytes() {
    return bytes;
  }

  /** Records that wait. */
  int records() {
    return records;
  }

  long evicted() {
    return flows.evicted();
  }
}
