package dev.hacolo.agent.prerelease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ConfirmedAnswersTest {
  private static final int BODY = 100;

  private final Subjects subjects = new Subjects(10);
  private final ConfirmedAnswers answers = new ConfirmedAnswers(3 * (BODY + 128));

  private static byte[] body(int fill) {
    byte[] body = new byte[BODY];
    for (int i = 0; i < BODY; i++) {
      body[i] = (byte) (fill + i);
    }
    return body;
  }

  private static BodyPart part(int position, int length, long context) {
    return new BodyPart(0, length, position, BODY, context, 7);
  }

  private boolean has(long context, byte[] body) {
    return answers.has(body, part(0, BODY, context), subjects);
  }

  @Test
  void eachPartOfAnAnswerIsKnown() {
    answers.put(1, body(5), 7, 2, 0);
    byte[] segment = new byte[20];
    System.arraycopy(body(5), 40, segment, 4, 10);
    assertThat(answers.has(segment, new BodyPart(4, 10, 40, BODY, 1, 7), subjects)).isTrue();
    assertThat(answers.has(segment, new BodyPart(4, 10, 41, BODY, 1, 7), subjects)).isFalse();
    segment[13]++;
    assertThat(answers.has(segment, new BodyPart(4, 10, 40, BODY, 1, 7), subjects)).isFalse();
    segment[13]--;
    segment[14]++; // behind it
    assertThat(answers.has(segment, new BodyPart(4, 10, 40, BODY, 1, 7), subjects)).isTrue();
  }

  @Test
  void contextFramingAndLengthAreThose() {
    answers.put(1, body(5), 7, 2, 0);
    byte[] body = body(5);
    assertThat(answers.has(body, new BodyPart(0, BODY, 0, BODY, 1, 7), subjects)).isTrue();
    assertThat(answers.has(body, new BodyPart(0, BODY, 0, BODY, 9, 7), subjects)).isFalse();
    assertThat(answers.has(body, new BodyPart(0, BODY, 0, BODY, 1, 9), subjects)).isFalse();
    assertThat(answers.has(body, new BodyPart(0, BODY, 0, BODY + 1, 1, 7), subjects)).isFalse();
  }

  @Test
  void aChangeOfItsThingEndsIt() {
    answers.put(1, body(5), 7, 2, subjects.now());
    subjects.changes(3);
    assertThat(has(1, body(5))).isTrue();
    subjects.changes(2);
    assertThat(has(1, body(5))).isFalse();
    subjects.settled(2);
    assertThat(has(1, body(5))).isFalse();
    answers.put(1, body(6), 7, 2, subjects.now());
    assertThat(has(1, body(6))).isTrue();
    assertThat(has(1, body(5))).isFalse();
    subjects.changesAll();
    assertThat(has(1, body(6))).isFalse();
  }

  @Test
  void theLeastRecentlyUsefulGoFirst() {
    for (int context = 1; context <= 3; context++) {
      answers.put(context, body(context), 7, 2, 0);
    }
    assertThat(answers.bytes()).isEqualTo(3 * (BODY + 128));
    assertThat(has(1, body(1))).isTrue();
    answers.put(4, body(4), 7, 2, 0);
    assertThat(has(2, body(2))).isFalse();
    assertThat(has(1, body(1))).isTrue();
    assertThat(has(4, body(4))).isTrue();
    assertThat(answers.bytes()).isEqualTo(3 * (BODY + 128));
  }

  @Test
  void oneInThePlaceOfAnotherAndOneThatIsTooLarge() {
    answers.put(1, body(1), 7, 2, 0);
    answers.put(1, Arrays.copyOf(body(2), 50), 7, 2, 0);
    assertThat(answers.bytes()).isEqualTo(50 + 128);
    answers.put(2, new byte[3 * (BODY + 128) - 127], 7, 2, 0);
    assertThat(answers.bytes()).isEqualTo(50 + 128);
  }
}
