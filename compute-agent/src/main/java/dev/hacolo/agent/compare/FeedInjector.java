package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.SegmentRewriter;

/** Turns inputs into the secondary VM's numbers and hands them to the port. */
final class FeedInjector {
  private final FeedEpoch epoch;
  private final InputFeed.Port port;
  private final Packet parsed = new Packet();
  private long injected;
  private long repeated;
  private long acknowledgements;
  private long clamped;

  FeedInjector(FeedEpoch epoch, InputFeed.Port port) {
    this.epoch = epoch;
    this.port = port;
  }

  /** A frame that is no TCP segment. */
  void other(int nic, Frame frame) {
    injected++;
    port.inject(nic, frame);
  }

  /** A segment as its client sent it; the frame is given away. */
  void segment(int nic, Frame frame, Packet packet, FeedFlow flow) {
    boolean bare = packet.sequenceLength() == 0 && !packet.has(Packet.RST);
    if (bare && flow.content.lowestWaiting() != null && flow.secondary.ackKnown) {
      // Its own position is beyond the window, where the guest would discard it; and a guest that
      // gets no acknowledgements may never read on and open the window.
      SegmentRewriter.setSequence(frame, packet, flow.secondary.ack);
    }
    translate(frame, packet, flow);
    injected++;
    port.inject(nic, frame);
  }

  /**
   * Kept content, later than its client sent it, is injected as its client would repeat it now:
   * with the newest acknowledgement, window and timestamps that the client has sent, without SACK.
   * Old ones could have it discarded for good: by PAWS (RFC 7323 5.3), once a later segment was
   * taken, or for an acknowledgement older than the largest window (RFC 5961 5.2).
   */
  void delayed(HeldInput input, FeedFlow flow) {
    Frame frame = input.frame.copy();
    parsed.parse(frame);
    SegmentRewriter.removeSack(frame, parsed);
    parsed.parse(frame);
    if (parsed.has(Packet.ACK) && flow.client.ackKnown) {
      SegmentRewriter.setAcknowledgement(frame, parsed, flow.client.ack);
      SegmentRewriter.setWindow(frame, parsed, flow.client.window);
      SegmentRewriter.setTimestamps(frame, parsed, flow.client.timestamp, flow.client.echo);
    }
    translate(frame, parsed, flow);
    injected++;
    port.inject(input.nic, frame);
  }

  private void translate(Frame frame, Packet packet, FeedFlow flow) {
    // A SYN may begin a connection, which both VMs count alike as long as both are compared.
    if (!packet.has(Packet.SYN) || epoch.promoted()) {
      SegmentRewriter.addToSequence(frame, packet, -flow.clientDelta);
    }
    stamp(frame, packet, flow);
    SegmentRewriter.addToAcknowledgement(frame, packet, -flow.sequenceDelta);
    SegmentRewriter.addToTimestampEcho(frame, packet, -flow.timestampDelta);
    if (!packet.has(Packet.ACK) || packet.has(Packet.RST) || packet.has(Packet.SYN)) {
      return;
    }
    if (flow.secondary.sentKnown
        && SegmentRewriter.clampAcknowledgement(frame, packet, flow.secondary.sent)) {
      clamped++;
    }
    int acknowledged = packet.acknowledgement();
    if (!flow.secondary.toldKnown || acknowledged - flow.secondary.told > 0) {
      flow.secondary.told(acknowledged);
    }
  }

  /** There is no later state than that of the VM that serves. */
  private void stamp(Frame frame, Packet packet, FeedFlow flow) {
    int at = packet.timestamps();
    if (at >= 0 && !packet.has(Packet.SYN) && !epoch.promoted()) {
      SegmentRewriter.setTimestamp(frame, packet, flow.stamped(Bytes.i32(packet.data(), at)));
    }
  }

  /** An acknowledgement that no input carries, at the position that the guest waits for. */
  void acknowledge(FeedFlow flow, int acknowledgement) {
    Frame template = flow.client.template();
    if (template == null || !flow.secondary.ackKnown) {
      return;
    }
    Frame frame = template.copy();
    parsed.parse(frame);
    SegmentRewriter.setSequence(frame, parsed, flow.secondary.ack - flow.clientDelta);
    SegmentRewriter.setAcknowledgement(frame, parsed, acknowledgement);
    SegmentRewriter.setWindow(frame, parsed, flow.client.window);
    SegmentRewriter.setTimestamps(frame, parsed, flow.client.timestamp, flow.client.echo);
    SegmentRewriter.addToTimestampEcho(frame, parsed, -flow.timestampDelta);
    stamp(frame, parsed, flow);
    flow.secondary.told(acknowledgement);
    acknowledgements++;
    injected++;
    port.inject(flow.key.nic(), frame);
  }

  void countRepeated() {
    repeated++;
  }

  long injected() {
    return injected;
  }

  long repeated() {
    return repeated;
  }

  long acknowledgements() {
    return acknowledgements;
  }

  long clamped() {
    return clamped;
  }
}
