package dev.hacolo.bed.oracle.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.oracle.judge.Violation.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundJudgeTest {
  private final RoundJudge judge = new RoundJudge(100_000);

  @Test
  void aRightRound() {
    assertThat(
            kinds(
                """
                1 2 1 key/a SET v OK
                3 4 1 key/a GET . v
                1 5 2 list/a PUSH_RIGHT x 1
                6 7 2 list/a PUSH_LEFT y 2
                8 12 1 list/a POP_LEFT . y
                9 11 2 list/a POP_LEFT . x
                13 14 1 list/a AT 0 -
                15 ? 2 list/a PUSH_LEFT z .
                20 21 99 list/a ALL . z,
                1 3 1 tokens NEXT . 1
                2 4 2 tokens NEXT . 2
                5 6 1 tokens TOKEN . 1 aa
                20 21 99 tokens COUNT . 1 2
                22 23 99 tokens CHECK 1_aa 1
                """))
        .isEmpty();
  }

  /** Two clients' pops are carried out in different orders by the two copies. */
  @Test
  void oneItemHandedOutTwice() {
    assertThat(
            kinds(
                """
                1 2 1 list/a PUSH_RIGHT x 1
                3 4 1 list/a PUSH_RIGHT y 2
                5 6 1 list/a POP_LEFT . x
                5 ? 1 list/a POP_LEFT . .
                5 9 2 list/a POP_LEFT . x
                20 21 99 list/a ALL .
                """))
        .containsExactly(Kind.ITEM_TWICE);
  }

  @Test
  void anItemHandedOutAndStillThere() {
    assertThat(
            kinds(
                """
                1 2 1 list/a PUSH_RIGHT x 1
                5 6 1 list/a POP_LEFT . x
                20 21 99 list/a ALL . x,
                """))
        .containsExactly(Kind.ITEM_TWICE);
  }

  @Test
  void anAcknowledgedItemIsNowhere() {
    String lost =
        """
        1 2 1 list/a PUSH_RIGHT x 1
        3 4 1 list/a PUSH_RIGHT y 2
        20 21 99 list/a ALL . x,
        """;
    assertThat(kinds(lost)).containsExactly(Kind.ITEM_LOST);
    // A pop without an answer may have taken it, but not if it stood behind another one.
    assertThat(kinds(lost + "5 ? 2 list/a POP_LEFT . .")).containsExactly(Kind.NOT_LINEARISABLE);
  }

  @Test
  void anItemFromNowhere() {
    assertThat(kinds("1 2 1 list/a POP_LEFT . x")).containsExactly(Kind.WRONG_ANSWER);
  }

  @Test
  void itemsInTheWrongOrder() {
    assertThat(
            kinds(
                """
                1 2 1 list/a PUSH_RIGHT x 1
                3 4 1 list/a PUSH_RIGHT y 2
                5 6 1 list/a POP_LEFT . y
                7 8 1 list/a POP_LEFT . x
                """))
        .containsExactly(Kind.NOT_LINEARISABLE);
  }

  @Test
  void anAnswerThatIsNone() {
    assertThat(kinds("1 2 1 key/a GET . !rubbish")).containsExactly(Kind.WRONG_ANSWER);
  }

  @Test
  void aTokenThatTheSurvivorDoesNotKnow() {
    assertThat(
            kinds(
                """
                1 2 1 tokens TOKEN . 1 aa
                20 21 99 tokens COUNT . 1 0
                22 23 99 tokens CHECK 1_aa 0
                """))
        .containsExactly(Kind.TOKEN_UNKNOWN);
  }

  @Test
  void aTokenHandedOutTwiceInDifferentRounds() {
    assertThat(kinds("1 2 1 tokens TOKEN . 1 aa\n3 4 9 tokens COUNT . 1 0")).isEmpty();
    assertThat(kinds("5 6 1 tokens TOKEN . 2 aa\n7 8 9 tokens COUNT . 2 0"))
        .containsExactly(Kind.TOKEN_TWICE);
  }

  @Test
  void aNumberHandedOutTwice() {
    assertThat(
            kinds(
                """
                1 5 1 tokens NEXT . 1
                2 4 2 tokens NEXT . 1
                6 7 9 tokens COUNT . 0 1
                """))
        .containsExactly(Kind.NUMBER_TWICE);
    assertThat(kinds("8 9 1 tokens NEXT . 1\n10 11 9 tokens COUNT . 0 1"))
        .as("in the next round")
        .contains(Kind.NUMBER_TWICE);
  }

  @Test
  void aNumberLeftOut() {
    String told =
        """
        1 2 1 tokens NEXT . 1
        3 4 1 tokens NEXT . 3
        6 7 9 tokens COUNT . 0 3
        """;
    assertThat(kinds(told)).containsExactly(Kind.NUMBER_SKIPPED);
    assertThat(new RoundJudge(1).judge(Told.history(told + "1 ? 2 tokens NEXT . .")).violations())
        .as("an unanswered request explains it")
        .isEmpty();
    assertThat(new RoundJudge(1).judge(Told.history(told + "5 ? 2 tokens NEXT . .")).violations())
        .as("an unanswered request that began too late does not")
        .hasSize(1);
  }

  @Test
  void anUnansweredRequestMayBeCarriedOutInTheNextRound() {
    assertThat(kinds("1 2 1 tokens NEXT . 1\n1 ? 2 tokens NEXT . .\n4 5 9 tokens COUNT . 0 1"))
        .isEmpty();
    assertThat(kinds("6 7 1 tokens NEXT . 3\n8 9 9 tokens COUNT . 0 3")).isEmpty();
    assertThat(kinds("10 11 1 tokens NEXT . 5\n12 13 9 tokens COUNT . 0 5"))
        .containsExactly(Kind.NUMBER_SKIPPED);
  }

  @Test
  void numbersThatGoBack() {
    assertThat(
            kinds(
                """
                1 2 1 tokens NEXT . 2
                3 4 1 tokens NEXT . 1
                6 7 9 tokens COUNT . 0 2
                """))
        .containsExactly(Kind.NUMBER_BACK);
    assertThat(kinds("8 9 9 tokens COUNT . 0 1")).containsExactly(Kind.NUMBER_BACK);
  }

  @Test
  void linesOfAHistoryCanBeReadAgain() {
    for (Operation o :
        Told.history("1 2 1 key/a SET v OK\n3 ? 2 key/a SET w .\n5 6 1 tokens TOKEN . 1 aa")) {
      assertThat(Operation.of(o.toLine())).isEqualTo(o);
    }
  }

  private List<Kind> kinds(String told) {
    return judge.judge(Told.history(told)).violations().stream().map(Violation::kind).toList();
  }
}
