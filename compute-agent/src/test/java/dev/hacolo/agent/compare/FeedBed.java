package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Frames;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.TcpOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An {@link InputFeed} with one client at each of several ports. Positions are counted from bases
 * just below 2^32, so that small numbers wrap around: the client's from CLIENT, the guests' from
 * PRIMARY and {@link #secondary}. What was injected is read as text, "10+5 a3": content from 10 to
 * 15, acknowledges 3.
 */
final class FeedBed implements InputFeed.Port {
  static final int CLIENT = -20;
  static final int PRIMARY = -50;
  static final int SECONDARY = 0x7fff0000;
  static final long MILLI = 1_000_000L;

  final InputFeed feed;
  final List<String> injected = new ArrayList<>();
  int secondary = PRIMARY;
  long now = -5; // wraps around as well
  private final boolean v6;
  private final Packet parsed = new Packet();

  FeedBed(boolean v6, FeedBounds bounds) {
    this.v6 = v6;
    feed = new InputFeed(bounds, this);
  }

  FeedBed(boolean v6) {
    this(v6, FeedBounds.DEFAULT);
  }

  /** A connection whose SYNs have passed: the SVM's numbers differ, its window is known. */
  static FeedBed open(boolean v6) {
    FeedBed bed = new FeedBed(v6);
    bed.secondary = SECONDARY;
    bed.input(1, bed.client(1).flags(Packet.SYN).sequence(CLIENT - 1).acknowledgement(0));
    bed.output(
        1,
        bed.guest(1)
            .flags(Packet.SYN | Packet.ACK)
            .sequence(SECONDARY - 1)
            .acknowledgement(CLIENT)
            .options(TcpOptions.windowScale(3)));
    bed.feed.opened(bed.flow(1), PRIMARY - SECONDARY, 500);
    bed.injected.clear();
    return bed;
  }

  Frames client(int port) {
    return ip(false).tcp(1000 + port, 80);
  }

  Frames guest(int port) {
    return ip(true).tcp(80, 1000 + port);
  }

  private Frames ip(boolean fromGuest) {
    String client = v6 ? "2001:db8::9" : "192.0.2.9";
    String guest = v6 ? "2001:db8::1" : "192.0.2.1";
    return fromGuest ? Frames.ip(guest, client) : Frames.ip(client, guest);
  }

  Frames udp(String content) {
    return ip(false).udp(5, 6).content(content);
  }

  /** A packet of the client that is not looked into, or a piece of one. */
  Frames raw(int protocol, String content) {
    return ip(false).protocol(protocol, content.getBytes(StandardCharsets.ISO_8859_1));
  }

  FlowKey flow(int port) {
    new Packet().parse(client(port).frame());
    parsed.parse(client(port).frame());
    return parsed.flow(new FlowKey(), 1, false);
  }

  /** Content (or none) of the client at the port, in the primary's numbers. */
  boolean input(int port, int from, int length, int ack) {
    return input(
        port,
        client(port)
            .sequence(CLIENT + from)
            .acknowledgement(PRIMARY + ack)
            .content(new byte[length]));
  }

  boolean input(int port, Frames frames) {
    Frame frame = frames.frame();
    parsed.parse(frame);
    return feed.input(1, frame, parsed, now);
  }

  /** Content (or none) of the secondary VM, in its numbers. */
  void output(int port, int from, int length, int ack, int window) {
    output(
        port,
        guest(port)
            .sequence(secondary + from)
            .acknowledgement(CLIENT + ack)
            .window(window)
            .content(new byte[length]));
  }

  void output(int port, Frames frames) {
    parsed.parse(frames.frame());
    feed.output(1, parsed, now);
  }

  void load(long k) {
    feed.secondaryStopped();
    feed.epochMark(k);
    loaded(k);
  }

  void loaded(long k) {
    secondary = PRIMARY;
    feed.stateLoaded(k, now);
  }

  void after(long millis) {
    now += millis * MILLI;
    feed.tick(now);
  }

  /** What was injected since the last call. */
  String taken() {
    String all = String.join(", ", injected);
    injected.clear();
    return all;
  }

  @Override
  public void inject(int nic, Frame frame) {
    Packet packet = new Packet();
    if (packet.parse(frame) != Packet.Kind.TCP) {
      injected.add(
          new String(
              frame.bytes(),
              packet.payload(),
              packet.payloadLength(),
              StandardCharsets.ISO_8859_1));
      return;
    }
    StringBuilder text = new StringBuilder();
    int port = packet.flow(new FlowKey(), nic, false).clientPort() - 1000;
    text.append(port == 1 ? "" : port + ":").append(packet.sequence() - CLIENT);
    text.append(packet.payloadLength() > 0 ? "+" + packet.payloadLength() : "");
    text.append(packet.has(Packet.SYN) ? " S" : "").append(packet.has(Packet.FIN) ? " F" : "");
    text.append(packet.has(Packet.RST) ? " R" : "");
    text.append(packet.has(Packet.ACK) ? " a" + (packet.acknowledgement() - secondary) : "");
    for (int at = 0; at < packet.sackLength(); at += 4) {
      text.append(at % 8 == 0 ? " s" : "-");
      text.append(Bytes.i32(packet.data(), packet.sack() + at) - secondary);
    }
    if (packet.timestamps() >= 0) {
      text.append(" t").append(Bytes.i32(packet.data(), packet.timestamps()));
      text.append("/").append(Bytes.i32(packet.data(), packet.timestamps() + 4));
    }
    injected.add(text.toString());
  }
}
