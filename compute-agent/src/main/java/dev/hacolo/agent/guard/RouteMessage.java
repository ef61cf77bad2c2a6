package dev.hacolo.agent.guard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One rtnetlink message about traffic control (rtnetlink(7), linux/pkt_sched.h, linux/pkt_cls.h).
 */
final class RouteMessage {
  static final int NEW_QDISC = 36;
  static final int DELETE_QDISC = 37;
  static final int NEW_FILTER = 44;
  static final int DELETE_FILTER = 45;
  static final int GET_FILTER = 46;

  static final int CREATE_ONLY = 0x400 | 0x200; // NLM_F_CREATE, NLM_F_EXCL
  static final int DUMP = 0x300;

  /** Bytes in front of a message's own. */
  static final int HEADER = 16;

  static final int TYPE_AT = 4;
  static final int ERROR = 2;
  static final int DONE = 3;

  private static final int REQUEST = 1;
  private static final int ACKNOWLEDGE = 4;
  private static final int MOST = 256;

  private static final int KIND = 1;
  private static final int OPTIONS = 2;
  private static final int BPF_FD = 6;
  private static final int BPF_NAME = 7;
  private static final int BPF_FLAGS = 8;
  private static final int DIRECT_ACTION = 1;

  private static final int CLSACT = 0xFFFF_FFF1;
  private static final int CLSACT_HANDLE = 0xFFFF_0000;
  static final int INGRESS = 0xFFFF_FFF2;
  static final int EGRESS = 0xFFFF_FFF3;

  /** Preference 1: nobody's filter lets a frame go first. Protocol: all, in network order. */
  private static final int FIRST_OF_ALL =
      1 << 16 | Short.toUnsignedInt(Short.reverseBytes((short) 3));

  private static final int OUR_HANDLE = 1;

  private final ByteBuffer bytes = LinuxCalls.structure(MOST);

  private RouteMessage(int type, int flags, int device, int handle, int parent, int info) {
    boolean dump = (flags & DUMP) == DUMP;
    bytes.putInt(0).putShort((short) type);
    bytes.putShort((short) (REQUEST | flags | (dump ? 0 : ACKNOWLEDGE))).putInt(1).putInt(0);
    bytes.putInt(0).putInt(device).putInt(handle).putInt(parent).putInt(info);
  }

  /** The place for filters of a device's incoming frames, which are what a VM sends. */
  static RouteMessage qdisc(int type, int flags, int device) {
    return new RouteMessage(type, flags, device, CLSACT_HANDLE, CLSACT, 0).text(KIND, "clsact");
  }

  /** Puts a program in front of all filters. */
  static RouteMessage add(int device, int program) {
    RouteMessage message = filter(NEW_FILTER, CREATE_ONLY, device);
    int begin = message.bytes.position();
    message.bytes.putInt(0);
    message.number(BPF_FD, program).text(BPF_NAME, "ha-colo").number(BPF_FLAGS, DIRECT_ACTION);
    int length = message.bytes.position() - begin;
    message.bytes.putShort(begin, (short) length).putShort(begin + 2, (short) OPTIONS);
    return message;
  }

  /** Takes it out again. */
  static RouteMessage delete(int device) {
    return filter(DELETE_FILTER, 0, device);
  }

  private static RouteMessage filter(int type, int flags, int device) {
    return new RouteMessage(type, flags, device, OUR_HANDLE, INGRESS, FIRST_OF_ALL)
        .text(KIND, "bpf");
  }

  /** Lists the filters of one direction. */
  static RouteMessage list(int device, int parent) {
    return new RouteMessage(GET_FILTER, DUMP, device, 0, parent, 0);
  }

  private RouteMessage number(int type, int value) {
    bytes.putShort((short) 8).putShort((short) type).putInt(value);
    return this;
  }

  private RouteMessage text(int type, String text) {
    byte[] characters = text.getBytes(StandardCharsets.US_ASCII);
    int length = 4 + characters.length + 1;
    bytes.putShort((short) length).putShort((short) type).put(characters);
    bytes.position(bytes.position() + 1 + (4 - length % 4) % 4);
    return this;
  }

  /** The whole message. */
  ByteBuffer bytes() {
    bytes.putInt(0, bytes.position());
    bytes.limit(bytes.position());
    return bytes;
  }
}
