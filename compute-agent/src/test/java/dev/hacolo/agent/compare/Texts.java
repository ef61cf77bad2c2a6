package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.Locale;

/** Frames and records in a few words. */
final class Texts {
  private Texts() {}

  static String of(int nic, Frame frame) {
    Packet packet = Segments.parsed(frame);
    String head = nic == 0 ? "" : "nic" + nic + " ";
    if (packet.kind() != Packet.Kind.TCP) {
      return head + packet.kind().name().toLowerCase(Locale.ROOT) + " " + content(packet);
    }
    String ports = sourcePort(packet) == 80 ? "" : " from %d".formatted(sourcePort(packet));
    return head
        + flags(packet.flags())
        + " "
        + Integer.toUnsignedString(packet.sequence())
        + " "
        + content(packet)
        + ports;
  }

  private static String content(Packet packet) {
    int length = packet.payloadLength();
    if (length == 0) {
      return "-";
    }
    if (length > 24) {
      return length + " bytes";
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      byte b = packet.data()[packet.payload() + i];
      out.append(b > ' ' && b < 127 ? (char) b : '.');
    }
    return out.toString();
  }

  static String of(OutputRecord output) {
    if (output instanceof OutputRecord.Stream s) {
      return "%d %s %s +%d"
          .formatted(s.id(), flags(s.flags()), Integer.toUnsignedString(s.from()), s.length());
    }
    return output.id() + " datagram";
  }

  static String flags(int flags) {
    StringBuilder out = new StringBuilder();
    out.append((flags & Packet.SYN) != 0 ? "S" : "");
    out.append((flags & Packet.FIN) != 0 ? "F" : "");
    out.append((flags & Packet.RST) != 0 ? "R" : "");
    out.append((flags & Packet.ACK) != 0 ? "A" : "");
    return out.isEmpty() ? "." : out.toString();
  }

  private static int sourcePort(Packet packet) {
    return Bytes.u16(packet.data(), packet.transport());
  }
}
