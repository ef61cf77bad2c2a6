package dev.hacolo.bed.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines are counted by {@code tests/kmod/run}, which knows nothing but how they begin. */
class FindingsTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Findings findings =
      new Findings(new PrintStream(said, true, StandardCharsets.UTF_8), System.nanoTime());

  @Test
  void whatHoldsIsOkAndWhatDoesNotSaysWhatWasSeen() {
    findings.check("one", true, "unseen");
    findings.check("two", List.of());
    assertThat(findings.isGood()).isTrue();
    findings.check("three", false, 4);
    findings.check("four", List.of("a", "b"));
    assertThat(findings.isGood()).isFalse();
    assertThat(lines())
        .containsExactly(
            "ok pair: one", "ok pair: two", "not ok pair: three: 4", "not ok pair: four: [a, b]");
  }

  @Test
  void textOfOthersIsNoResult() {
    findings.quote("not ok\nok\n");
    findings.measured("figure", 1.25);
    assertThat(lines()).containsExactly("# not ok", "# ok", "measured pair figure=1.3");
    assertThat(findings.isGood()).isTrue();
  }

  private List<String> lines() {
    return said.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
