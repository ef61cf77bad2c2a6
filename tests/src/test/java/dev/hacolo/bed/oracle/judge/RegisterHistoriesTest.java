package dev.hacolo.bed.oracle.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.oracle.judge.Linearisability.Result;
import dev.hacolo.bed.oracle.judge.Linearisability.Result.Explained;
import dev.hacolo.bed.oracle.judge.Linearisability.Result.Impossible;
import dev.hacolo.bed.oracle.judge.Linearisability.Result.Undecided;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterHistoriesTest {
  private static final int BUDGET = 100_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        // One after the other.
        """
        1 2 1 k SET a OK
        3 4 2 k GET . a
        5 6 1 k APPEND b OK
        7 8 2 k GET . a+b
        9 10 1 k DELETE . 1
        11 12 1 k DELETE . 0
        13 14 1 k APPEND c NO
        15 16 2 k GET . -
        """,
        // Two writes at once: readers agree on either order.
        """
        1 9 1 k SET a OK
        2 8 2 k SET b OK
        3 4 3 k GET . b
        5 6 3 k GET . a
        10 11 3 k GET . a
        """,
        // A write without an answer takes effect late.
        """
        1 2 1 k SET a OK
        3 ? 2 k SET b .
        4 5 1 k GET . a
        6 7 1 k GET . a
        8 9 1 k GET . b
        """,
        // A write without an answer never takes effect.
        """
        1 2 1 k SET a OK
        3 ? 2 k SET b .
        4 5 1 k GET . a
        """,
        // An append without an answer did: nobody else can have done it.
        """
        1 2 1 k SET a OK
        3 ? 2 k APPEND b .
        4 ? 3 k GET . .
        5 6 1 k GET . a+b
        """
      })
  void explained(String told) {
    assertThat(check(told)).isInstanceOf(Explained.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // An acknowledged write is lost.
        """
        1 2 1 k SET a OK
        3 4 1 k SET b OK
        5 6 2 k GET . a
        """,
        // A value that was seen is gone.
        """
        1 2 1 k SET a OK
        3 9 1 k SET b OK
        4 5 2 k GET . b
        6 7 3 k GET . a
        """,
        // A value from nowhere.
        """
        1 2 1 k SET a OK
        3 4 2 k GET . z
        """,
        // Deleted twice, written once.
        """
        1 2 1 k SET a OK
        3 5 1 k DELETE . 1
        4 6 2 k DELETE . 1
        """,
        // A write without an answer takes effect twice.
        """
        1 ? 1 k SET a .
        2 3 2 k GET . a
        4 5 2 k SET b OK
        6 7 2 k GET . a
        """,
        // A write is seen before it begins.
        """
        1 2 2 k GET . a
        3 4 1 k SET a OK
        """,
        // An append is there twice.
        """
        1 2 1 k SET a OK
        3 ? 1 k APPEND b .
        4 5 2 k GET . a+b+b
        """
      })
  void impossible(String told) {
    assertThat(check(told)).isInstanceOf(Impossible.class);
  }

  @Test
  void saysWhereTheSearchCameFurthest() {
    assertThat(check("1 2 1 k SET a OK\n3 4 1 k SET b OK\n5 6 2 k GET . a"))
        .isInstanceOfSatisfying(
            Impossible.class,
            found -> assertThat(found.why()).contains("2 of 3").contains("'b'").contains("GET"));
  }

  @Test
  void givesUpWhenTheBudgetIsUsedUp() {
    StringBuilder told = new StringBuilder();
    for (int i = 0; i < 14; i++) {
      told.append("%d 100 %d k SET v%d OK\n".formatted(i, i, i));
    }
    told.append("101 102 1 k GET . other\n");
    List<Operation> history = Told.history(told.toString());
    assertThat(Linearisability.check(new RegisterModel(), history, 1000))
        .isInstanceOf(Undecided.class);
  }

  /** Simulated clients of one true register, with a few requests whose answers are lost. */
  @Test
  void longHistoriesOfATrueRegisterAreExplained() {
    for (long seed = 0; seed < 20; seed++) {
      List<Operation> history = simulated(new Random(seed), 800);
      assertThat(Linearisability.check(new RegisterModel(), history, BUDGET))
          .as("seed %d", seed)
          .isInstanceOf(Explained.class);
    }
  }

  /** The same with one answer exchanged for an older value, at a place where it matters. */
  @Test
  void oneStaleAnswerInALongHistoryIsFound() {
    for (long seed = 0; seed < 20; seed++) {
      List<Operation> history = new ArrayList<>(simulated(new Random(seed), 800));
      long end = history.stream().mapToLong(Operation::begin).max().orElseThrow() + 100;
      history.add(new Operation(9, "k", Verb.SET, "last", "OK", end, end + 1));
      history.add(new Operation(9, "k", Verb.GET, "", "v1", end + 2, end + 3));
      assertThat(Linearisability.check(new RegisterModel(), history, BUDGET))
          .as("seed %d", seed)
          .isInstanceOf(Impossible.class);
    }
  }

  private static List<Operation> simulated(Random random, int count) {
    List<Operation> history = new ArrayList<>();
    long[] free = new long[4];
    String value = Operation.ABSENT;
    // Each takes effect at its own moment, 10 apart; begins before and ends after it.
    for (int i = 1; i <= count; i++) {
      long effect = i * 10L;
      int client = random.nextInt(free.length);
      long begin = Math.max(free[client], effect - random.nextInt(25));
      if (begin >= effect) {
        continue; // The client is still waiting.
      }
      long end = effect + 1 + random.nextInt(25);
      free[client] = end + 1;
      boolean lost = random.nextInt(100) == 0;
      boolean set = random.nextInt(3) == 0;
      value = set ? "v" + i : value;
      history.add(
          new Operation(
              client,
              "k",
              set ? Verb.SET : Verb.GET,
              set ? value : "",
              lost ? null : set ? "OK" : value,
              begin,
              lost ? Operation.NEVER : end));
    }
    return history;
  }

  private static Result check(String told) {
    return Linearisability.check(new RegisterModel(), Told.history(told), BUDGET);
  }
}
