package dev.hacolo.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.compare.OutputRecord;
import dev.hacolo.agent.compare.Translation;
import dev.hacolo.agent.compare.Verdict;
import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PacketMessageCodecTest {
  private static final FlowKey V4 =
      new FlowKey().set(255, 0xabcfff, false, 0, 0xff00_0001L, 65535, 0, 0x0a4d_000aL, 1);
  private static final FlowKey V6 =
      new FlowKey().set(0, 0xffffff, true, -1, 2, 80, Long.MIN_VALUE, -4, 40_000);

  static List<PacketMessage> messages() {
    byte[] key = new byte[32];
    new Random(1).nextBytes(key);
    ContentDigest.Value digest = new ContentDigest.Value(-1, Long.MAX_VALUE);
    return List.of(
        new PacketMessage.Hello(1, new UUID(-3, 4), 1L << 40, key),
        new PacketMessage.Welcome(1),
        new PacketMessage.Refused("generation 3 is over"),
        new PacketMessage.Input(
            255, new Frame(new byte[] {1, 2, 3}, 2), new InputHint(InputHint.Kind.ORDERED, -7)),
        new PacketMessage.Input(0, new Frame(new byte[Frame.MAX_BYTES], 12), InputHint.NONE),
        new PacketMessage.Output(
            new OutputRecord.Stream(1L << 33, V4, -5, 65_535, 0x19, digest, null, false, -1)),
        new PacketMessage.Output(
            new OutputRecord.Stream(
                2, V6, 7, 0, 0x12, digest, new OutputRecord.SynAck(-1, -2, 1L << 63), false, -1)),
        new PacketMessage.Output(
            new OutputRecord.Stream(3, V4, 1, 2, 0x18, digest, null, true, 1L << 40)),
        new PacketMessage.Output(new OutputRecord.Datagram(-9, 254, digest)),
        new PacketMessage.Mark(Long.MAX_VALUE),
        new PacketMessage.Inherited(new Translation(V6, Integer.MIN_VALUE, -1, 7)),
        new PacketMessage.Forgotten(V4),
        new PacketMessage.Acknowledged(V6, Integer.MIN_VALUE),
        new PacketMessage.Stable(Long.MIN_VALUE, 1L << 40),
        new PacketMessage.Judged(5, Verdict.DIFFERENT),
        new PacketMessage.Loaded(1),
        new PacketMessage.Wanted(CheckpointCause.SECONDARY_BOUND));
  }

  private static ByteBuf encoded(PacketMessage message) {
    ByteBuf out = Unpooled.buffer();
    PacketMessageCodec.encode(message, out);
    assertThat(out.readInt()).isEqualTo(out.readableBytes());
    assertThat(out.readableBytes()).isLessThanOrEqualTo(PacketMessage.MAX_BYTES);
    return out;
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatIsDecodedIsWhatWasEncoded(PacketMessage message) {
    ByteBuf bytes = encoded(message);
    PacketMessage decoded = PacketMessageCodec.decode(bytes.duplicate());
    // Arrays inside are compared by encoding again.
    assertThat(ByteBufUtil.hexDump(encoded(decoded))).isEqualTo(ByteBufUtil.hexDump(bytes));
    assertThat(decoded).hasSameClassAs(message);
    if (!(message instanceof PacketMessage.Input) && !(message instanceof PacketMessage.Hello)) {
      assertThat(decoded).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aTruncatedOrLongerMessageIsRefused(PacketMessage message) {
    boolean anyLength =
        message instanceof PacketMessage.Input || message instanceof PacketMessage.Refused;
    ByteBuf bytes = encoded(message);
    for (int length = 0;
        length < Math.min(bytes.readableBytes(), anyLength ? shortest(message) : 200);
        length++) {
      ByteBuf cut = bytes.slice(bytes.readerIndex(), length);
      assertThatThrownBy(() -> PacketMessageCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    if (!anyLength) {
      assertThatThrownBy(() -> PacketMessageCodec.decode(bytes.copy().writeByte(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 bytes too many");
    }
  }

  /** Bytes without which the message is none. */
  private static int shortest(PacketMessage message) {
    return message instanceof PacketMessage.Refused ? 1 : 3;
  }

  @Test
  void valuesThatDoNotExistAreRefused() {
    assertThatThrownBy(() -> decode(200)).hasMessageContaining("unknown type 200");
    assertThatThrownBy(() -> decode(10, 0, 0, 0, 0, 0, 0, 0, 0, 2))
        .hasMessage("value 2 on the packet link: allowed are 0 to 1");
    assertThatThrownBy(() -> decode(4, 0, 9, 0, 0, 0, 0, 0, 1, 2))
        .hasMessageContaining("an input of 2 bytes");
    assertThatThrownBy(() -> decode(4, 0, 0, 6, 0, 0, 0, 0))
        .hasMessage("value 6 on the packet link: allowed are 0 to 5");
  }

  private static PacketMessage decode(int... bytes) {
    ByteBuf in = Unpooled.buffer();
    for (int b : bytes) {
      in.writeByte(b);
    }
    return PacketMessageCodec.decode(in);
  }

  @Test
  void theSecretOfALinkIsInNoText() {
    assertThat(messages().get(0).toString()).doesNotContain("[B").doesNotContain("key");
  }
}
