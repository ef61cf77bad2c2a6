package dev.hacolo.agent.proxy;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Frames;
import java.util.Random;

/** Headers and contents of the frames of a load: IPv4 and TCP, one guest and its clients. */
final class LoadFrames {
  static final int VNET = Frames.VNET;

  /** From the frame's beginning to TCP's. */
  static final int TCP = VNET + 14 + 20;

  /** Bytes in front of a content; there are no TCP options. */
  static final int HEADER = TCP + 20;

  /** The content of a stream repeats itself after so many bytes. */
  private static final int PERIOD = 1 << 16;

  private static final int IP_SOURCE = VNET + 14 + 12;
  private static final int IP_TARGET = IP_SOURCE + 4;
  private static final int CLIENTS = 10 << 24 | 78 << 16;
  private static final int FIRST_PORT = 20_000;

  /** Content of all streams, one period and the longest frame more. */
  static final byte[] CONTENT = new byte[PERIOD + 2048];

  static {
    new Random(1).nextBytes(CONTENT);
    System.arraycopy(CONTENT, 0, CONTENT, PERIOD, CONTENT.length - PERIOD);
  }

  private LoadFrames() {}

  /** Where in {@link #CONTENT} the content of a client's stream at a position begins. */
  static int contentAt(int client, int position) {
    return (position + client * 1009) & (PERIOD - 1);
  }

  /** Header of a frame of the guest, to be changed; its checksum is left to the receiver. */
  static byte[] fromGuest(int flags, int length) {
    byte[] content = new byte[length];
    Frames made = Frames.ip("10.77.0.10", "10.78.0.0").tcp(80, FIRST_PORT).flags(flags);
    return header(made.offloaded().content(content).frame().bytes());
  }

  /** Header of a client's frame, to be changed; its checksum is left to the receiver. */
  static byte[] fromClient(int flags, int length) {
    byte[] content = new byte[length];
    Frames made = Frames.ip("10.78.0.0", "10.77.0.10").tcp(FIRST_PORT, 80).flags(flags);
    return header(made.offloaded().content(content).frame().bytes());
  }

  private static byte[] header(byte[] frame) {
    return java.util.Arrays.copyOf(frame, HEADER);
  }

  /** Makes a guest's frame one for this client, 0 to 2^20. */
  static byte[] toClient(byte[] header, int client, int sequence, int acknowledgement) {
    Bytes.putI32(header, IP_TARGET, CLIENTS | (client & 0xffff));
    return numbers(header, TCP + 2, client, sequence, acknowledgement);
  }

  /** Makes a client's frame one of this client, 0 to 2^20. */
  static byte[] ofClient(byte[] header, int client, int sequence, int acknowledgement) {
    Bytes.putI32(header, IP_SOURCE, CLIENTS | (client & 0xffff));
    return numbers(header, TCP, client, sequence, acknowledgement);
  }

  private static byte[] numbers(byte[] header, int port, int client, int seq, int ack) {
    Bytes.putU16(header, port, FIRST_PORT + (client >> 16));
    Bytes.putI32(header, TCP + 4, seq);
    Bytes.putI32(header, TCP + 8, ack);
    return header;
  }

  /** Which client a guest's frame is for. */
  static int clientOf(byte[] data, int at) {
    int port = Bytes.u16(data, at + TCP + 2) - FIRST_PORT;
    return port << 16 | (Bytes.i32(data, at + IP_TARGET) & 0xffff);
  }

  /** Which client a client's frame is of. */
  static int clientFrom(byte[] data, int at) {
    int port = Bytes.u16(data, at + TCP) - FIRST_PORT;
    return port << 16 | (Bytes.i32(data, at + IP_SOURCE) & 0xffff);
  }
}
