package dev.hacolo.bed.oracle.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AnswerGapsTest {
  private static final long MS = 1_000_000;

  private static List<Operation> answeredAt(long... ms) {
    Stream<Operation> answered =
        LongStream.of(ms).mapToObj(t -> new Operation(1, "key/a", Verb.GET, "", "x", 0, t * MS));
    Operation never = new Operation(2, "key/a", Verb.GET, "", null, 0, Operation.NEVER);
    return Stream.concat(Stream.of(never), answered).toList();
  }

  @Test
  void theLongestBetweenTwoAnswersWhateverTheirOrder() {
    assertThat(AnswerGaps.longestMs(answeredAt(700, 100, 130), Long.MIN_VALUE)).isEqualTo(570);
  }

  @Test
  void earlierAnswersAndRequestsWithoutOneDoNotCount() {
    assertThat(AnswerGaps.longestMs(answeredAt(1, 700, 730), 500 * MS)).isEqualTo(30);
    assertThat(AnswerGaps.longestMs(answeredAt(1), Long.MIN_VALUE)).isZero();
  }
}
