package dev.hacolo.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.model.Explorer.Result;
import dev.hacolo.agent.model.Service.Change;
import dev.hacolo.agent.model.Setup.Release;
import dev.hacolo.agent.testing.Pinned;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What goes wrong without each rule: the shortest way to it is kept in {@code
 * src/test/resources/model}. {@code -Dscenarios.rewrite=true} (in {@code test.argLine}) writes what
 * the model finds now, to be reviewed as a diff.
 */
final class RulesTest {
  /** A setup in which nothing goes wrong, and the rule that is switched off in it. */
  record Without(Rule rule, Setup setup) {
    @Override
    public String toString() {
      return rule.name();
    }

    String file() {
      return "model/without-%s.txt"
          .formatted(rule.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
  }

  private static Setup strict(String first, String second) {
    return Setup.of(Release.PRE_RELEASE, Rule.STRICT, first, second);
  }

  private static Setup provenance(String first, String second) {
    return Setup.of(Release.PRE_RELEASE, Rule.PROVENANCE_MODE, first, second);
  }

  static List<Without> needed() {
    Setup compare = Setup.of(Release.COMPARE, Rule.COMPARE, "READ", "WRITE");
    return List.of(
        new Without(Rule.INPUT_STABILITY, compare),
        new Without(Rule.SEAL_CERTAINTY, compare),
        new Without(Rule.SEAL_TELLS_WHAT_IT_HAS, compare),
        new Without(Rule.STOP_SEEN_FIRST, compare.withLateEvents()),
        new Without(Rule.DISCARD_AT_LOAD, compare),
        new Without(Rule.STATE_HAS_INPUT, compare),
        new Without(Rule.PROVENANCE, strict("READ", "READ").with(Change.JOB)),
        new Without(Rule.LEDGER_ENTRY, strict("READ", "WRITE")),
        new Without(Rule.LEDGER_OF_STATE, strict("READ", "WRITE").withLateEvents()),
        new Without(Rule.LEDGER_AT_FAILOVER, strict("READ", "WRITE")),
        new Without(Rule.CERTAIN_EPOCH, strict("READ READ", "WRITE")),
        new Without(Rule.ONLY_OUTSTANDING, strict("WRITE PEEK", "READ").withPipelining()),
        new Without(Rule.NO_ORDER_SENSITIVE, strict("PEEK PEEK", "POP")),
        new Without(Rule.OUTSTANDING_COUNTS, strict("READ READ", "WRITE")),
        new Without(Rule.NAME_UNTOUCHED, strict("READ READ", "RENDER WRITE RENDER")),
        new Without(Rule.ABSENCE_COMPARES, strict("READ", "READ").with(Change.EXPIRY)),
        new Without(Rule.OMIT_ACKNOWLEDGED, strict("READ", "WRITE")),
        // The name's rule covers these two; it needs a profile that knows names.
        new Without(Rule.DECLARED_READ, strict("WRITE", "READ").without(Rule.NAME_UNTOUCHED)),
        new Without(
            Rule.BODY_NOT_IN_INPUTS, strict("READ READ", "WRITE").without(Rule.NAME_UNTOUCHED)));
  }

  @ParameterizedTest
  @MethodSource("needed")
  void withoutItSomethingGoesWrong(Without without) throws IOException {
    assertThat(Explorer.explore(without.setup()).violation()).isNull();
    String heading = "# Without the rule: %s.\n".formatted(without.rule().text);
    violated(without.file(), heading, without.setup().without(without.rule()));
  }

  /** Second lines of defence: the model needs them only where another rule is missing. */
  static List<Without> covered() {
    return List.of(
        new Without(Rule.NO_DIVERGENCE, strict("READ READ", "WRITE")),
        new Without(Rule.NO_DIVERGENCE, strict("PEEK PEEK", "POP")),
        new Without(Rule.OMIT_IN_EPOCH, strict("READ READ", "WRITE").withLateEvents()),
        new Without(Rule.NOT_WHILE_STOPPING, strict("READ", "WRITE").withLateEvents()),
        new Without(
            Rule.VERDICT_AFTER_SEAL,
            Setup.of(Release.COMPARE, Rule.COMPARE, "READ", "WRITE").withLateEvents()),
        new Without(Rule.FLOW_ORDER, strict("WRITE PEEK", "READ").withPipelining()),
        new Without(Rule.PROVENANCE, strict("READ READ", "RENDER")),
        new Without(Rule.DECLARED_READ, strict("WRITE READ", "READ")),
        new Without(Rule.BODY_NOT_IN_INPUTS, strict("READ READ", "WRITE")));
  }

  @ParameterizedTest
  @MethodSource("covered")
  void withoutItOthersHold(Without without) {
    Result result = Explorer.explore(without.setup().without(without.rule()));
    assertThat(result.violation()).isNull();
  }

  /** The rules of DESIGN.md alone. */
  @Test
  void aDeletedThingIsReadAgain() throws IOException {
    Setup designed = strict("READ READ", "DELETE").without(Rule.ADDED.toArray(Rule[]::new));
    violated(
        "model/design-delete.txt", "# Mode strict, with the first design's rules.\n", designed);
  }

  @Test
  void provenanceHandsOutAnItemTwice() throws IOException {
    paper("pop", "two requests take an item, in different orders", provenance("POP", "POP"));
  }

  @Test
  void provenanceFollowsControlFlow() throws IOException {
    String which = "which old body is sent depends on state that is not synchronised";
    paper("control-flow", which, provenance("READ READ", "DELETE"));
  }

  @Test
  void provenanceTrustsChance() throws IOException {
    paper("chance", "chance chooses among old bodies", provenance("COUPON", "COUPON"));
  }

  @Test
  void provenanceTrustsClocks() throws IOException {
    Setup expiring = provenance("READ", "READ").with(Change.EXPIRY);
    paper("clock", "each VM has a clock of its own", expiring);
  }

  /** Random bytes that did not exist before are in no state. */
  @Test
  void provenanceHoldsFreshTokens() {
    assertThat(Explorer.explore(provenance("TOKEN", "TOKEN")).violation()).isNull();
  }

  /** Whatever the answers are worth: no position of a connection carries two different bytes. */
  @Test
  void provenanceKeepsBytes() {
    List<Setup> setups =
        List.of(
            provenance("POP", "POP").withLateEvents(),
            provenance("COUPON READ", "WRITE").withLateEvents(),
            provenance("READ POP", "COUPON DELETE").with(Change.EXPIRY));
    for (Setup setup : setups) {
      Result result = Explorer.explore(setup.judgingBytesOnly());
      assertThat(result.violation()).isNull();
      assertThat(result.count(Step.PRE_RELEASE)).isPositive();
    }
  }

  private static void paper(String name, String why, Setup setup) throws IOException {
    violated(
        "model/provenance-%s.txt".formatted(name),
        "# Mode provenance: %s.\n".formatted(why),
        setup);
  }

  @Test
  void allLosesAWrite() throws IOException {
    Setup all = Setup.of(Release.ALL, Set.of(), "WRITE", "READ");
    violated("model/all.txt", "# Mode all: nothing waits.\n", all);
  }

  private static void violated(String file, String heading, Setup setup) throws IOException {
    Result result = Explorer.explore(setup);
    assertThat(result.violation()).as(heading).isNotNull();
    Pinned.check(file, heading + Trace.of(setup, result));
  }
}
