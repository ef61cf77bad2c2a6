package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.InputFeed;
import dev.hacolo.agent.compare.OpenLedger;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.ResetSegments;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In the path of a VM that serves alone, for as long as some connection needs it: inputs and
 * outputs pass, translated. Confined to its loop.
 */
final class ServingProxy implements Role, OpenLedger.Port {
  private static final Logger LOG = LoggerFactory.getLogger(ServingProxy.class);

  private final PacketStreams streams;
  private final Edge edge;
  private final Edge beforeFeed;
  private final Packet packet = new Packet();
  private final Packet ended = new Packet();
  private final FlowKey key = new FlowKey();
  private final ResetConnections resets = new ResetConnections();
  private @Nullable InputFeed feed;
  private @Nullable OpenLedger ledger;

  /** A VM that was a primary. */
  ServingProxy(PacketStreams streams, Edge edge) {
    this(streams, edge, edge, null);
  }

  /**
   * A VM that was a secondary.
   *
   * @param edge between the VM's numbers and the clients'
   * @param beforeFeed between the old primary's numbers and the clients'
   * @param feed still has inputs for the VM, in the old primary's numbers
   */
  ServingProxy(PacketStreams streams, Edge edge, Edge beforeFeed, @Nullable InputFeed feed) {
    this.streams = streams;
    this.edge = edge;
    this.beforeFeed = beforeFeed;
    this.feed = feed;
  }

  /** From now on what the VM sends is held against what clients may have of the old primary. */
  void check(OpenLedger entries) {
    ledger = entries;
  }

  /** An output that the VM made before it served, for clients that lack it. */
  void again(int nic, Frame frame) {
    if (isOver(nic, frame, true)) {
      return;
    }
    packet.parse(frame);
    OpenLedger checking = ledger;
    if (checking == null) {
      release(nic, frame);
    } else {
      checking.again(nic, frame, packet);
    }
  }

  @Override
  public void readable(int nic, Stream stream) {
    switch (stream) {
      case INPUT -> streams.drain(nic, Stream.INPUT, frame -> input(nic, frame));
      case OUTPUT -> streams.drain(nic, Stream.OUTPUT, frame -> output(nic, frame));
      default -> streams.drain(nic, stream, frame -> {});
    }
  }

  private void input(int nic, Frame frame) {
    InputFeed feeding = feed;
    if (isOver(nic, frame, false)) {
      return;
    }
    if (feeding == null) {
      streams.send(nic, Stream.INJECTED, edge.toGuest(nic, frame));
    } else {
      Frame translated = beforeFeed.toGuest(nic, frame);
      packet.parse(translated);
      feeding.input(nic, translated, packet, System.nanoTime());
    }
  }

  private void output(int nic, Frame frame) {
    InputFeed feeding = feed;
    if (feeding != null) {
      packet.parse(frame);
      feeding.output(nic, packet, System.nanoTime());
    }
    if (isOver(nic, frame, true)) {
      return;
    }
    OpenLedger checking = ledger;
    if (checking == null) {
      release(nic, frame);
    } else {
      packet.parse(frame);
      checking.output(nic, frame, packet);
    }
  }

  @Override
  public void release(int nic, Frame frame) {
    streams.send(nic, Stream.RELEASED, edge.toClient(nic, frame));
  }

  /**
   * Both ends are told. What the client waits for is not known: its last acknowledgements may have
   * gone to the old primary alone. A number that it has passed it would ignore, one that is still
   * to come it answers with the right one (RFC 5961 3.2), and then it is told again.
   */
  @Override
  public void reset(FlowKey flow, @Nullable Frame last, int end) {
    LOG.info("a connection is reset: its client has what this VM does not send");
    resets.add(flow, System.nanoTime());
    if (last == null) {
      return;
    }
    ended.parse(last);
    InputFeed feeding = feed;
    int acknowledged = feeding == null ? end : feeding.clientAcknowledgement(flow, end);
    int next = acknowledged - end > 0 ? acknowledged : end;
    Frame toClient = ResetSegments.onwards(last, ended, next);
    Frame toGuest = ResetSegments.backwards(last, ended);
    if (toClient != null && toGuest != null) {
      release(flow.nic(), toClient);
      streams.send(flow.nic(), Stream.INJECTED, toGuest);
    }
  }

  /**
   * Of a connection that was reset neither end hears the other; each is told again when it speaks,
   * at the number that it waits for.
   */
  private boolean isOver(int nic, Frame frame, boolean fromGuest) {
    if (resets.isEmpty() || ended.parse(frame) != Packet.Kind.TCP) {
      return false;
    }
    FlowKey flow = ended.flow(key, nic, fromGuest);
    if (!resets.has(flow)) {
      return false;
    }
    boolean syn = ended.has(Packet.SYN);
    if (syn && (fromGuest ? resets.begins(flow, ended) : resets.asks(flow, ended))) {
      return false;
    }
    answer(nic, frame, fromGuest);
    if (fromGuest) {
      resets.told(flow, System.nanoTime());
    }
    return true;
  }

  private void answer(int nic, Frame frame, boolean fromGuest) {
    if (ended.has(Packet.ACK) && !ended.has(Packet.RST)) {
      Frame answer = ResetSegments.backwards(frame, ended);
      if (answer != null) {
        streams.send(nic, fromGuest ? Stream.INJECTED : Stream.RELEASED, answer);
      }
    }
  }

  @Override
  public void drain(long now) {
    for (int nic = 0; nic < streams.nics(); nic++) {
      readable(nic, Stream.INPUT);
      readable(nic, Stream.OUTPUT);
    }
  }

  @Override
  public void resumed(long now) {
    // No checkpoints are taken of a VM that is alone.
  }

  @Override
  public void tick(long now) {
    InputFeed feeding = feed;
    if (feeding != null) {
      feeding.tick(now);
      if (feeding.idle()) {
        feed = null;
      }
    }
    OpenLedger checking = ledger;
    if (checking != null) {
      checking.tick(now);
      if (checking.isEmpty()) {
        LOG.info(
            "nothing is open any more of what the old primary had pre-released: {} entries"
                + " confirmed, {} connections reset",
            checking.confirmed(),
            checking.resets());
        ledger = null;
      }
    }
    resets.tick(now);
    edge.table().tick(now);
  }

  /** Between the VM and its clients. */
  Edge edge() {
    return edge;
  }

  /** Whether the VM would lose a connection or an input without this. */
  boolean isNeeded() {
    return feed != null || ledger != null || !resets.isEmpty() || !edge.table().isDispensable();
  }

  @Override
  public void close() {
    // It holds nothing but the streams, which stay.
  }
}
