package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.compare.OutputRecord;
import dev.hacolo.agent.compare.Translation;
import dev.hacolo.agent.compare.Verdict;
import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Bytes of {@link PacketMessage}s. Pure. */
final class PacketMessageCodec {
  private static final int MAX_TEXT = 1024;
  private static final int KEY_BYTES = 32;
  private static final int HELLO = 1;
  private static final int WELCOME = 2;
  private static final int REFUSED = 3;
  private static final int INPUT = 4;
  private static final int STREAM = 5;
  private static final int DATAGRAM = 6;
  private static final int MARK = 7;
  private static final int INHERITED = 8;
  private static final int STABLE = 9;
  private static final int JUDGED = 10;
  private static final int LOADED = 11;
  private static final int WANTED = 12;
  private static final int FORGOTTEN = 13;
  private static final int ACKNOWLEDGED = 14;

  /** Places are numbers on the wire. */
  private static final List<Verdict> VERDICTS = List.of(Verdict.EQUAL, Verdict.DIFFERENT);

  /** Places are numbers on the wire. */
  private static final List<CheckpointCause> CAUSES =
      List.of(
          CheckpointCause.DIVERGENCE,
          CheckpointCause.HOLD_TIME,
          CheckpointCause.HELD_BOUND,
          CheckpointCause.GUEST_OPENS_CONNECTION,
          CheckpointCause.UNCERTAIN_SEAL,
          CheckpointCause.SECONDARY_BOUND,
          CheckpointCause.INTERVAL,
          CheckpointCause.REQUEST,
          CheckpointCause.SECONDARY_LAG);

  private static final List<InputHint.Kind> HINTS = List.of(InputHint.Kind.values());

  private PacketMessageCodec() {}

  /** Appends a message with its length in front. */
  static void encode(PacketMessage message, ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(0);
    body(message, out);
    out.setInt(start, out.writerIndex() - start - Integer.BYTES);
  }

  private static void body(PacketMessage message, ByteBuf out) {
    if (message instanceof PacketMessage.Input m) {
      out.writeByte(INPUT).writeByte(m.nic()).writeByte(m.frame().vnetLength());
      out.writeByte(HINTS.indexOf(m.hint().kind())).writeInt(m.hint().tag());
      out.writeBytes(m.frame().bytes());
    } else if (message instanceof PacketMessage.Output m) {
      record(m.record(), out);
    } else if (message instanceof PacketMessage.Stable m) {
      out.writeByte(STABLE).writeLong(m.inputs()).writeLong(m.records());
    } else if (message instanceof PacketMessage.Judged m) {
      out.writeByte(JUDGED).writeLong(m.id()).writeByte(VERDICTS.indexOf(m.verdict()));
    } else if (message instanceof PacketMessage.Mark m) {
      out.writeByte(MARK).writeLong(m.checkpoint());
    } else if (message instanceof PacketMessage.Loaded m) {
      out.writeByte(LOADED).writeLong(m.checkpoint());
    } else if (message instanceof PacketMessage.Wanted m) {
      out.writeByte(WANTED).writeByte(CAUSES.indexOf(m.cause()));
    } else if (message instanceof PacketMessage.Inherited m) {
      Translation t = m.translation();
      flow(t.flow(), out.writeByte(INHERITED));
      out.writeInt(t.sequenceDelta()).writeInt(t.timestampDelta()).writeInt(t.clientDelta());
    } else if (message instanceof PacketMessage.Forgotten m) {
      flow(m.flow(), out.writeByte(FORGOTTEN));
    } else if (message instanceof PacketMessage.Acknowledged m) {
      flow(m.flow(), out.writeByte(ACKNOWLEDGED));
      out.writeInt(m.acknowledgement());
    } else {
      greeting(message, out);
    }
  }

  private static void greeting(PacketMessage message, ByteBuf out) {
    if (message instanceof PacketMessage.Hello m) {
      out.writeByte(HELLO).writeInt(m.protocol());
      out.writeLong(m.pairId().getMostSignificantBits());
      out.writeLong(m.pairId().getLeastSignificantBits());
      out.writeLong(m.generation()).writeBytes(m.key());
    } else if (message instanceof PacketMessage.Welcome m) {
      out.writeByte(WELCOME).writeInt(m.protocol());
    } else if (message instanceof PacketMessage.Refused m) {
      byte[] text = m.reason().getBytes(StandardCharsets.UTF_8);
      out.writeByte(REFUSED).writeBytes(text, 0, Math.min(MAX_TEXT, text.length));
    }
  }

  private static void record(OutputRecord record, ByteBuf out) {
    if (record instanceof OutputRecord.Stream r) {
      out.writeByte(STREAM).writeLong(r.id());
      flow(r.flow(), out);
      out.writeInt(r.from()).writeShort(r.length()).writeByte(r.flags());
      digest(r.digest(), out);
      OutputRecord.SynAck syn = r.synAck();
      out.writeLong(r.answers()).writeBoolean(r.preReleased()).writeBoolean(syn != null);
      if (syn != null) {
        out.writeInt(syn.sequence()).writeInt(syn.timestamp()).writeLong(syn.options());
      }
    } else if (record instanceof OutputRecord.Datagram r) {
      out.writeByte(DATAGRAM).writeLong(r.id()).writeByte(r.nic());
      digest(r.digest(), out);
    }
  }

  private static void digest(ContentDigest.Value digest, ByteBuf out) {
    out.writeLong(digest.first()).writeLong(digest.second());
  }

  private static void flow(FlowKey flow, ByteBuf out) {
    out.writeByte(flow.nic()).writeInt(flow.vlans()).writeBoolean(flow.v6());
    if (flow.v6()) {
      out.writeLong(flow.guestHigh()).writeLong(flow.guestLow());
      out.writeLong(flow.clientHigh()).writeLong(flow.clientLow());
    } else {
      out.writeInt((int) flow.guestLow()).writeInt((int) flow.clientLow());
    }
    out.writeShort(flow.guestPort()).writeShort(flow.clientPort());
  }

  /**
   * Decodes a message without its length; reads {@code in} to its end.
   *
   * @throws IllegalArgumentException for anything that is not exactly one known message
   */
  static PacketMessage decode(ByteBuf in) {
    try {
      PacketMessage message = decode(in.readUnsignedByte(), in);
      if (in.isReadable()) {
        throw new IllegalArgumentException(
            "%d bytes too many in a message of the packet link".formatted(in.readableBytes()));
      }
      return message;
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a message of the packet link ends early", e);
    }
  }

  private static PacketMessage decode(int type, ByteBuf in) {
    return switch (type) {
      case INPUT -> input(in);
      case STREAM -> new PacketMessage.Output(stream(in));
      case DATAGRAM ->
          new PacketMessage.Output(
              new OutputRecord.Datagram(in.readLong(), in.readUnsignedByte(), digest(in)));
      case STABLE -> new PacketMessage.Stable(in.readLong(), in.readLong());
      case JUDGED -> new PacketMessage.Judged(in.readLong(), of(VERDICTS, in));
      case MARK -> new PacketMessage.Mark(in.readLong());
      case LOADED -> new PacketMessage.Loaded(in.readLong());
      case WANTED -> new PacketMessage.Wanted(of(CAUSES, in));
      case INHERITED ->
          new PacketMessage.Inherited(
              new Translation(flow(in), in.readInt(), in.readInt(), in.readInt()));
      case ACKNOWLEDGED -> new PacketMessage.Acknowledged(flow(in), in.readInt());
      case FORGOTTEN -> new PacketMessage.Forgotten(flow(in));
      case HELLO ->
          new PacketMessage.Hello(
              in.readInt(), new UUID(in.readLong(), in.readLong()), in.readLong(), key(in));
      case WELCOME -> new PacketMessage.Welcome(in.readInt());
      case REFUSED -> refused(in);
      default ->
          throw new IllegalArgumentException("unknown type %d on the packet link".formatted(type));
    };
  }

  private static PacketMessage input(ByteBuf in) {
    int nic = in.readUnsignedByte();
    int vnetLength = in.readUnsignedByte();
    InputHint hint = new InputHint(of(HINTS, in), in.readInt());
    int length = in.readableBytes();
    if (length > Frame.MAX_BYTES || vnetLength > length) {
      throw new IllegalArgumentException(
          "an input of %d bytes with a virtio-net header of %d: allowed are at most %d bytes"
              .formatted(length, vnetLength, Frame.MAX_BYTES));
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return new PacketMessage.Input(nic, new Frame(bytes, vnetLength), hint);
  }

  private static OutputRecord stream(ByteBuf in) {
    long id = in.readLong();
    FlowKey flow = flow(in);
    int from = in.readInt();
    int length = in.readUnsignedShort();
    int flags = in.readUnsignedByte();
    ContentDigest.Value digest = digest(in);
    long answers = in.readLong();
    boolean preReleased = in.readBoolean();
    OutputRecord.SynAck syn =
        in.readBoolean()
            ? new OutputRecord.SynAck(in.readInt(), in.readInt(), in.readLong())
            : null;
    return new OutputRecord.Stream(
        id, flow, from, length, flags, digest, syn, preReleased, answers);
  }

  private static ContentDigest.Value digest(ByteBuf in) {
    return new ContentDigest.Value(in.readLong(), in.readLong());
  }

  private static FlowKey flow(ByteBuf in) {
    int nic = in.readUnsignedByte();
    int vlans = in.readInt();
    boolean v6 = in.readBoolean();
    long guestHigh = v6 ? in.readLong() : 0;
    long guestLow = v6 ? in.readLong() : in.readUnsignedInt();
    long clientHigh = v6 ? in.readLong() : 0;
    long clientLow = v6 ? in.readLong() : in.readUnsignedInt();
    int guestPort = in.readUnsignedShort();
    int clientPort = in.readUnsignedShort();
    return new FlowKey()
        .set(nic, vlans, v6, guestHigh, guestLow, guestPort, clientHigh, clientLow, clientPort);
  }

  private static byte[] key(ByteBuf in) {
    byte[] key = new byte[KEY_BYTES];
    in.readBytes(key);
    return key;
  }

  private static PacketMessage refused(ByteBuf in) {
    int length = in.readableBytes();
    if (length > MAX_TEXT) {
      throw new IllegalArgumentException(
          "a reason of %d bytes on the packet link".formatted(length));
    }
    return new PacketMessage.Refused(
        in.readCharSequence(length, StandardCharsets.UTF_8).toString());
  }

  private static <E> E of(List<E> values, ByteBuf in) {
    int number = in.readUnsignedByte();
    if (number >= values.size()) {
      throw new IllegalArgumentException(
          "value %d on the packet link: allowed are 0 to %d".formatted(number, values.size() - 1));
    }
    return values.get(number);
  }
}
