package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.InputFeed;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import org.jspecify.annotations.Nullable;

/**
 * In the path of a VM that serves alone, for as long as some connection needs it: inputs and
 * outputs pass, translated. Confined to its loop.
 */
final class ServingProxy implements Role {
  private final PacketStreams streams;
  private final Edge edge;
  private final Edge beforeFeed;
  private final Packet packet = new Packet();
  private @Nullable InputFeed feed;

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
    streams.send(nic, Stream.RELEASED, edge.toClient(nic, frame));
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
    edge.table().tick(now);
  }

  /** Between the VM and its clients. */
  Edge edge() {
    return edge;
  }

  /** Whether the VM would lose a connection or an input without this. */
  boolean isNeeded() {
    return feed != null || !edge.table().isEmpty();
  }

  @Override
  public void close() {
    // It holds nothing but the streams, which stay.
  }
}
