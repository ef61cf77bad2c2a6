package dev.hacolo.bed.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.traffic.OutageWatch.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutageWatchTest {
  private final List<Answer> first = new ArrayList<>();
  private final OutageWatch watch = new OutageWatch(first::add);

  @Test
  void anAnswerThatWasOnItsWayDoesNotCount() {
    watch.answered(new Answer("a", 90, 99));
    watch.died(100);
    watch.answered(new Answer("a", 95, 105));
    assertThat(first).isEmpty();
    watch.answered(new Answer("b", 101, 300));
    watch.answered(new Answer("a", 106, 301));
    assertThat(first).containsExactly(new Answer("b", 101, 300));
  }

  @Test
  void anAnswerThatCameBeforeTheNewsCounts() {
    watch.answered(new Answer("a", 101, 110));
    watch.answered(new Answer("b", 102, 111));
    watch.died(100);
    assertThat(first).containsExactly(new Answer("a", 101, 110));
  }

  @Test
  void aSecondFailureIsWatchedAgain() {
    watch.died(100);
    watch.answered(new Answer("a", 101, 110));
    watch.died(200);
    watch.answered(new Answer("a", 150, 205));
    watch.answered(new Answer("a", 206, 210));
    assertThat(first).hasSize(2).last().isEqualTo(new Answer("a", 206, 210));
  }
}
