package dev.hacolo.bed.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.bed.traffic.WrongAnswerException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The numbers are parallel-kernel.c's, with one thread and with two. */
class KernelTalkTest {
  @Test
  void itComputesWhatTheGuestDoes() {
    assertThat(Integer.toUnsignedString(KernelTalk.sum(0, 48))).isEqualTo("2033218592");
    assertThat(Integer.toUnsignedString(KernelTalk.sum(3, 48))).isEqualTo("2913871216");
  }

  @Test
  void onlyTheRightNumberIsAnAnswer() throws Exception {
    KernelTalk talk = new KernelTalk(0);
    ByteBuffer out = ByteBuffer.allocate(64);
    talk.request(out);
    assertThat(text(out)).isEqualTo("RUN 1 48\n");
    ByteBuffer in = ByteBuffer.allocate(64);
    assertThat(talk.isAnswered(in.put("SUM 20634".getBytes(StandardCharsets.US_ASCII)))).isFalse();
    assertThat(talk.isAnswered(in.put("68992\n".getBytes(StandardCharsets.US_ASCII)))).isTrue();
    ByteBuffer wrong = ByteBuffer.allocate(64);
    wrong.put("SUM 2063468993\n".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> talk.isAnswered(wrong)).isInstanceOf(WrongAnswerException.class);
  }

  private static String text(ByteBuffer buffer) {
    return StandardCharsets.US_ASCII.decode(buffer.duplicate().flip()).toString();
  }
}
