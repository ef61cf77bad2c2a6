package dev.hacolo.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.model.Explorer.Result;
import dev.hacolo.agent.model.Service.Change;
import dev.hacolo.agent.model.Setup.Release;
import dev.hacolo.agent.testing.Pinned;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What docs/consistency.md claims: in modes {@code compare} and {@code strict} no state of the
 * model shows a client anything wrong. How many states there are is kept in {@code
 * model/explored.txt}, so that a change of the model is seen in a diff. Takes 10 to 40 s.
 */
final class ConsistencyModelTest {
  private final StringBuilder explored = new StringBuilder();
  private final Set<Step> taken = EnumSet.noneOf(Step.class);

  private static Setup compare(String first, String second) {
    return Setup.of(Release.COMPARE, Rule.COMPARE, first, second);
  }

  private static Setup strict(String first, String second) {
    return Setup.of(Release.PRE_RELEASE, Rule.STRICT, first, second);
  }

  private static List<Setup> comparing() {
    return List.of(
        compare("READ WRITE READ", "POP WRITE READ"),
        compare("POP COUNT", "COUNT POP"),
        compare("COUPON TOKEN", "TOKEN COUPON"),
        compare("POP READ", "POP READ").withPipelining(),
        compare("READ READ", "WRITE").withLateEvents(),
        compare("COUPON", "COUPON").withLateEvents(),
        compare("READ READ", "WRITE").withCheckpoints(2));
  }

  private static List<Setup> strictly() {
    return List.of(
        strict("READ WRITE READ", "WRITE READ"),
        strict("READ READ", "RENDER WRITE RENDER"),
        strict("READ READ", "DELETE READ"),
        strict("PEEK POP", "POP PEEK"),
        strict("COUPON PEEK", "TOKEN COUNT"),
        strict("WRITE READ PEEK", "READ").withPipelining(),
        strict("READ READ", "WRITE").withLateEvents(),
        strict("READ", "WRITE")
            .withLateEvents()
            .without(Rule.STOP_SEEN_FIRST)
            .and(Rule.A_SEES_STOP_FIRST),
        strict("READ READ", "WRITE").withCheckpoints(2),
        strict("READ READ", "READ").with(Change.EXPIRY),
        strict("READ", "READ").with(Change.JOB));
  }

  @Test
  void compareAndStrictShowClientsNothingWrong() throws IOException {
    for (Setup setup : comparing()) {
      assertThat(explore(setup)).isZero();
    }
    for (Setup setup : strictly()) {
      assertThat(explore(setup)).isPositive(); // else nothing was shown of pre-release
    }
    Pinned.check("model/explored.txt", explored.toString());
    assertThat(taken).containsExactlyInAnyOrder(Step.values());
  }

  /** All kinds of requests against each other, one each; events of QEMU may come late. */
  @Test
  void anyTwoRequestsDoNot() {
    long states = 0;
    for (Op first : Op.values()) {
      for (Op second : Op.values()) {
        if (first.compareTo(second) <= 0) {
          Setup setup = strict(first.name(), second.name()).withLateEvents();
          Result result = Explorer.explore(setup);
          assertThat(result.violation()).as("%s", setup.programs()).isNull();
          states += result.states();
        }
      }
    }
    assertThat(states).isGreaterThan(1_000_000);
  }

  private long explore(Setup setup) {
    Result result = Explorer.explore(setup);
    assertThat(result.violation()).as(() -> Trace.of(setup, result)).isNull();
    taken.addAll(result.steps().keySet());
    long preReleases = result.count(Step.PRE_RELEASE);
    explored.append(
        "%s: %d states, %d steps deep, %d pre-releases\n"
            .formatted(setup.name(), result.states(), result.depth(), preReleases));
    return preReleases;
  }
}
