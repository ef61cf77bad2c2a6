package dev.hacolo.bed.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.bed.traffic.WrongAnswerException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ValueBookTest {
  private final ValueBook book = new ValueBook(10, 3, new SplittableRandom(1));

  private ByteBuffer set(int connection, int key) {
    ByteBuffer value = ByteBuffer.allocate(ValueBook.LENGTH);
    book.write(value, connection, key);
    assertThat(value.hasRemaining()).isFalse();
    return value;
  }

  @Test
  void aValueIsRightForItsKeyAlone() throws Exception {
    ByteBuffer value = set(0, 7);
    book.check(value, 0, 7, book.floor(7));
    assertThatThrownBy(() -> book.check(value, 0, 6, 0)).isInstanceOf(WrongAnswerException.class);
  }

  @Test
  void everyByteCounts() {
    ByteBuffer value = set(0, 7);
    for (int at = 0; at < ValueBook.LENGTH; at++) {
      byte right = value.get(at);
      value.put(at, (byte) (right == 'b' ? 'c' : 'b'));
      assertThatThrownBy(() -> book.check(value, 0, 7, 0))
          .as("byte %d", at)
          .isInstanceOf(WrongAnswerException.class);
      value.put(at, right);
    }
  }

  @Test
  void aValueOfAnotherRunIsWrong() {
    ByteBuffer value = ByteBuffer.allocate(ValueBook.LENGTH);
    new ValueBook(10, 3, new SplittableRandom(2)).write(value, 0, 7);
    set(0, 7);
    assertThatThrownBy(() -> book.check(value, 0, 7, 0)).isInstanceOf(WrongAnswerException.class);
  }

  @Test
  void aValueThatWasOverwrittenBeforeTheGetIsStale() throws Exception {
    ByteBuffer first = set(0, 7);
    book.acknowledged(0);
    set(1, 7);
    // Until the second set is acknowledged both are right, since the get may come before it.
    book.check(first, 0, 7, book.floor(7));
    book.acknowledged(1);
    assertThatThrownBy(() -> book.check(first, 0, 7, book.floor(7)))
        .isInstanceOf(WrongAnswerException.class)
        .hasMessageContaining("set 1");
  }

  @Test
  void ofTwoSetsAtOnceEitherMayComeLast() throws Exception {
    ByteBuffer first = set(0, 7);
    ByteBuffer second = set(1, 7);
    book.acknowledged(1);
    book.acknowledged(0);
    book.check(first, 0, 7, book.floor(7));
    book.check(second, 0, 7, book.floor(7));
  }

  @Test
  void keysAreFilledOnceEach() {
    for (int key = 0; key < 10; key++) {
      assertThat(book.isFilled()).isFalse();
      assertThat(book.unfilled()).isEqualTo(key);
      set(0, key);
      assertThat(book.isStored(key)).isFalse();
      book.acknowledged(0);
      assertThat(book.isStored(key)).isTrue();
    }
    assertThat(book.isFilled()).isTrue();
    assertThat(book.unfilled()).isEqualTo(-1);
  }
}
