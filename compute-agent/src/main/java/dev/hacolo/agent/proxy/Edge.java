package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.Translation;
import dev.hacolo.agent.compare.TranslationTable;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * The side of a serving VM that clients see: connections which the guest counts in other numbers
 * than its clients are translated here. Confined to its loop.
 */
final class Edge {
  private final TranslationTable table;
  private final Packet packet = new Packet();
  private Consumer<FlowKey> forgotten = flow -> {};

  /** Without connections. */
  Edge(long now) {
    table = new TranslationTable(flow -> forgotten.accept(flow), now);
  }

  /** Replaces the listener to connections that are over. */
  void onForgotten(Consumer<FlowKey> listener) {
    forgotten = listener;
  }

  /** A frame on its way out; it is changed in place. */
  Frame toClient(int nic, Frame frame) {
    if (!table.isEmpty() && packet.parse(frame) == Packet.Kind.TCP) {
      table.toClient(nic, frame, packet);
    }
    return frame;
  }

  /** A frame on its way in; it is changed in place. */
  Frame toGuest(int nic, Frame frame) {
    if (!table.isEmpty() && packet.parse(frame) == Packet.Kind.TCP) {
      table.toGuest(nic, frame, packet);
    }
    return frame;
  }

  Collection<Translation> translations() {
    return table.entries();
  }

  TranslationTable table() {
    return table;
  }
}
