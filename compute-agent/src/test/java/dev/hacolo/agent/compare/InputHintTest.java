package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.InputHint.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests of one service may change places. */
final class InputHintTest {
  @ParameterizedTest
  @CsvSource({
    "NONE, ORDERED, false, false",
    "NONE, OVERWRITE, false, false",
    "READ, READ, false, false",
    "READ, EARLY_READ, false, false",
    "READ, TRACELESS_READ, false, false",
    "OVERWRITE, TRACELESS_READ, true, false",
    "EARLY_READ, EARLY_READ, false, false",
    "OVERWRITE, READ, true, false",
    "OVERWRITE, EARLY_READ, true, false",
    "OVERWRITE, OVERWRITE, true, false",
    "ORDERED, READ, true, true",
    "ORDERED, EARLY_READ, true, true",
    "ORDERED, OVERWRITE, true, true",
    "ORDERED, ORDERED, true, true"
  })
  void twoRequests(Kind one, Kind other, boolean sameThing, boolean otherThing) {
    InputHint a = new InputHint(one, 1);
    assertThat(a.conflicts(new InputHint(other, 1))).isEqualTo(sameThing);
    assertThat(new InputHint(other, 1).conflicts(a)).isEqualTo(sameThing);
    assertThat(a.conflicts(new InputHint(other, 2))).isEqualTo(otherThing);
    assertThat(new InputHint(other, 2).conflicts(a)).isEqualTo(otherThing);
  }
}
