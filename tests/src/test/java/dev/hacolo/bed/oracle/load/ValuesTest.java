package dev.hacolo.bed.oracle.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.oracle.judge.Operation;
import org.junit.jupiter.api.Test;

class ValuesTest {
  @Test
  void bodiesAreReadAsTheirNames() {
    String a = Values.body("r1c2n3");
    String b = Values.body("r1c2n4");
    assertThat(a).hasSizeBetween(200, 1025).isEqualTo(Values.body("r1c2n3"));
    assertThat(Values.names(a)).isEqualTo("r1c2n3");
    assertThat(Values.names(a + b)).isEqualTo("r1c2n3+r1c2n4");
  }

  @Test
  void anyChangedByteIsAWrongAnswer() {
    String body = Values.body("r1c2n3");
    for (int at = 0; at < body.length(); at++) {
      String changed = body.substring(0, at) + "#" + body.substring(at + 1);
      assertThat(Values.names(changed)).startsWith(Operation.WRONG);
    }
    assertThat(Values.names(body.substring(0, 100))).startsWith(Operation.WRONG);
    assertThat(Values.names("")).startsWith(Operation.WRONG);
  }
}
