package dev.hacolo.agent.packet;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds frames for tests, with correct lengths and checksums: <code>
 * Frames.ip("10.0.0.1", "10.0.0.2").tcp(40000, 80).sequence(1).flags(Packet.ACK).content("x").frame()
 * </code>. Deliberately slow and plain: what it computes checks what the product computes.
 */
public final class Frames {
  /** Length of the virtio-net header of {@link #frame}. */
  public static final int VNET = 12;

  private static final int TCP = 6;
  private static final int UDP = 17;

  private final byte[] source;
  private final byte[] target;
  // Each with its own type in its first byte, where in the frame the type of the next one stands.
  private final List<byte[]> extensions = new ArrayList<>();
  private byte[] tags = {};
  private byte[] ipOptions = {};
  private byte[] options = {};
  private byte[] content = {};
  private final int etherType;
  private int protocol = 59;
  private int fragment;
  private int identification = 1;
  private int hopLimit = 64;
  private int sourcePort;
  private int targetPort;
  private int sequence;
  private int acknowledgement;
  private int flags = Packet.ACK;
  private int window = 0x2000;
  private boolean offloaded;
  private boolean padded;

  private Frames(byte[] source, byte[] target, int etherType) {
    this.source = source;
    this.target = target;
    this.etherType = etherType;
  }

  /** An IPv4 or IPv6 packet between two numeric addresses. */
  public static Frames ip(String source, String target) {
    byte[] from = address(source);
    return new Frames(from, address(target), from.length == 4 ? 0x0800 : 0x86dd);
  }

  /** A frame that is not IP. */
  public static Frames ethernet(int etherType, byte... body) {
    return new Frames(new byte[4], new byte[4], etherType).content(body);
  }

  private static byte[] address(String text) {
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Adds a VLAN tag inside those that are there. */
  public Frames vlan(int id) {
    tags = join(tags, new byte[] {(byte) 0x81, 0, (byte) (id >> 8), (byte) id});
    return this;
  }

  /** A TCP segment, with flag ACK until {@link #flags} says otherwise. */
  public Frames tcp(int fromPort, int toPort) {
    return ports(TCP, fromPort, toPort);
  }

  /** A UDP datagram. */
  public Frames udp(int fromPort, int toPort) {
    return ports(UDP, fromPort, toPort);
  }

  private Frames ports(int number, int fromPort, int toPort) {
    protocol = number;
    sourcePort = fromPort;
    targetPort = toPort;
    return this;
  }

  /** Any other protocol, or the bytes of a fragment; ICMP's checksum is the caller's. */
  public Frames protocol(int number, byte... body) {
    protocol = number;
    return content(body);
  }

  /** TCP sequence number. */
  public Frames sequence(int number) {
    sequence = number;
    return this;
  }

  /** TCP acknowledgement number. */
  public Frames acknowledgement(int number) {
    acknowledgement = number;
    return this;
  }

  /** TCP flags, all of them. */
  public Frames flags(int all) {
    flags = all;
    return this;
  }

  /** TCP window, not scaled. */
  public Frames window(int bytes) {
    window = bytes;
    return this;
  }

  /** TCP options, one after the other, filled up with ends of list. */
  public Frames options(byte[]... each) {
    options = filled(join(each));
    return this;
  }

  /** IPv4 options, filled up with ends of list. */
  public Frames ipOptions(byte... bytes) {
    ipOptions = filled(bytes);
    return this;
  }

  /**
   * Adds an IPv6 extension header.
   *
   * @param body all behind its first two bytes; 6 bytes and multiples of 8 more
   */
  public Frames extension(int type, byte... body) {
    int length = type == 51 ? (body.length + 2) / 4 - 2 : (body.length + 2) / 8 - 1;
    extensions.add(join(new byte[] {(byte) type, (byte) length}, body));
    return this;
  }

  /**
   * Makes a fragment of the packet.
   *
   * @param units offset in 8-byte units
   */
  public Frames fragment(int units, boolean more) {
    if (source.length == 4) {
      fragment = units | (more ? 0x2000 : 0);
      return this;
    }
    ByteBuffer header = ByteBuffer.allocate(8).putShort((short) (44 << 8));
    header.putShort((short) (units << 3 | (more ? 1 : 0))).putInt(identification);
    extensions.add(header.array());
    return this;
  }

  /** Identification of the IPv4 packet, or of the fragments added from here on. */
  public Frames identification(int number) {
    identification = number;
    return this;
  }

  /** IPv4 TTL or IPv6 hop limit; 64 if not set. */
  public Frames hopLimit(int hops) {
    hopLimit = hops;
    return this;
  }

  /** What TCP or UDP carries, or all behind the IP or Ethernet header. */
  public Frames content(byte... bytes) {
    content = bytes;
    return this;
  }

  /** Content as Latin-1 text. */
  public Frames content(String text) {
    return content(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The checksum of TCP or UDP is left to the receiver, as virtio-net guests do. */
  public Frames offloaded() {
    offloaded = true;
    return this;
  }

  /** With Ethernet padding up to 60 bytes; its bytes are 0xee. */
  public Frames padded() {
    padded = true;
    return this;
  }

  /** The frame behind a virtio-net header of {@link #VNET} bytes. */
  public Frame frame() {
    byte[] ethernet = ethernet();
    ByteBuffer out = ByteBuffer.allocate(VNET + ethernet.length);
    if (offloaded) {
      int ipHeader = source.length == 4 ? 20 + ipOptions.length : 40 + extensionLength();
      out.order(ByteOrder.LITTLE_ENDIAN).put((byte) 1);
      out.putShort(6, (short) (14 + tags.length + ipHeader));
      out.putShort(8, (short) (protocol == TCP ? 16 : 6));
    }
    return new Frame(out.put(VNET, ethernet).array(), VNET);
  }

  /** The frame without a virtio-net header. */
  public Frame bare() {
    return new Frame(ethernet(), 0);
  }

  /** The bytes of the Ethernet frame. */
  public byte[] ethernet() {
    byte[] body =
        switch (etherType) {
          case 0x0800 -> ip4(transport());
          case 0x86dd -> ip6(transport());
          default -> content;
        };
    byte[] type = {(byte) (etherType >> 8), (byte) etherType};
    byte[] macs = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
    byte[] whole = join(macs, tags, type, body);
    if (!padded || whole.length >= 60) {
      return whole;
    }
    byte[] longer = Arrays.copyOf(whole, 60);
    Arrays.fill(longer, whole.length, 60, (byte) 0xee);
    return longer;
  }

  private byte[] ip4(byte[] body) {
    int header = 20 + ipOptions.length;
    ByteBuffer out = ByteBuffer.allocate(header + body.length);
    out.put((byte) (0x40 | header / 4)).put((byte) 0).putShort((short) out.capacity());
    out.putShort((short) identification).putShort((short) fragment).put((byte) hopLimit);
    out.put((byte) protocol).putShort((short) 0).put(source).put(target).put(ipOptions).put(body);
    return out.putShort(10, (short) ~sum(Arrays.copyOf(out.array(), header))).array();
  }

  private byte[] ip6(byte[] body) {
    ByteBuffer out = ByteBuffer.allocate(40 + extensionLength() + body.length);
    out.putInt(0x60000000).putShort((short) (out.capacity() - 40));
    out.put((byte) (extensions.isEmpty() ? protocol : extensions.get(0)[0]));
    out.put((byte) hopLimit).put(source).put(target);
    for (int i = 0; i < extensions.size(); i++) {
      byte[] bytes = extensions.get(i).clone();
      bytes[0] = (byte) (i + 1 < extensions.size() ? extensions.get(i + 1)[0] : protocol);
      out.put(bytes);
    }
    return out.put(body).array();
  }

  private int extensionLength() {
    return extensions.stream().mapToInt(extension -> extension.length).sum();
  }

  private byte[] transport() {
    ByteBuffer ports = ByteBuffer.allocate(4);
    ports.putShort((short) sourcePort).putShort((short) targetPort);
    if (protocol == TCP && sourcePort != 0) {
      ByteBuffer header = ByteBuffer.allocate(20 + options.length).put(ports.array());
      header.putInt(sequence).putInt(acknowledgement).put((byte) (header.capacity() << 2));
      header.put((byte) flags).putShort((short) window).putInt(0).put(options);
      return withChecksum(join(header.array(), content), 16);
    }
    if (protocol == UDP && sourcePort != 0) {
      ByteBuffer header = ByteBuffer.allocate(8).put(ports.array());
      header.putShort((short) (8 + content.length));
      return withChecksum(join(header.array(), content), 6);
    }
    return content;
  }

  private byte[] withChecksum(byte[] segment, int at) {
    byte[] end = {0, 0, 0, (byte) protocol};
    byte[] length = ByteBuffer.allocate(4).putInt(segment.length).array();
    byte[] pseudo = join(source, target, length, end);
    int value = offloaded ? sum(pseudo) : ~sum(join(pseudo, segment)) & 0xffff;
    ByteBuffer.wrap(segment).putShort(at, (short) (value == 0 && protocol == UDP ? 0xffff : value));
    return segment;
  }

  /** The one's complement sum of RFC 1071. */
  private static int sum(byte[] bytes) {
    long sum = 0;
    for (int i = 0; i < bytes.length; i++) {
      sum += (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return (int) sum;
  }

  private static byte[] filled(byte[] bytes) {
    return Arrays.copyOf(bytes, (bytes.length + 3) / 4 * 4);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
