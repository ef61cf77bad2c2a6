package dev.hacolo.service.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.Claim.Kind;
import dev.hacolo.common.api.ClaimDecision.Verdict;
import dev.hacolo.service.domain.ClaimArbiter.Ruling;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimArbiterTest {
  private static Pair pair(String state) {
    return switch (state) {
      case "REQUESTED" -> Fixtures.requested();
      case "PAIRING" -> Fixtures.pairing();
      case "SYNCING" -> Fixtures.syncing();
      case "PROTECTED" -> Fixtures.protectedPair();
      case "FAILING_OVER" -> Fixtures.failingOver();
      case "DEGRADED" -> Fixtures.degraded();
      case "SOLO" -> Fixtures.solo();
      case "RELEASED" -> Transitions.released(Fixtures.protectedPair(), Fixtures.NOW).after();
      default -> throw new IllegalArgumentException(state);
    };
  }

  private static Ruling rule(
      Pair pair, String host, long generation, Kind kind, PrimaryProbe probe, UUID incarnation) {
    Claim claim = new Claim(pair.id(), generation, host, UUID.randomUUID(), kind, "peer silent");
    return ClaimArbiter.decide(
        pair, claim, Optional.of(incarnation), probe, Fixtures.RETRY, Fixtures.NOW);
  }

  private static UUID incarnation(String host) {
    return host.equals("a") ? Fixtures.INC_A : Fixtures.INC_B;
  }

  /**
   * The pair starts with primary a and secondary b; after a failover (FAILING_OVER, SOLO) b is the
   * primary. "-": the pair does not change.
   */
  @ParameterizedTest(name = "{0}: {1} claims {2} in generation {3}, probe {4} -> {5}, {6}")
  @CsvSource({
    "PROTECTED,    a, PEER_LOST, 1, NOT_ASKED, GO_SOLO,    DEGRADED",
    "PROTECTED,    b, PEER_LOST, 1, NOT_LIVE,  GO_SOLO,    FAILING_OVER",
    "PROTECTED,    b, PEER_LOST, 1, LIVE,      STAND_DOWN, DEGRADED",
    "PROTECTED,    b, PEER_LOST, 1, NOT_ASKED, WAIT,       -",
    "PROTECTED,    a, RENOUNCE,  1, NOT_ASKED, STAND_DOWN, FAILING_OVER",
    "PROTECTED,    b, RENOUNCE,  1, NOT_ASKED, STAND_DOWN, DEGRADED",
    "PROTECTED,    c, PEER_LOST, 1, NOT_ASKED, STAND_DOWN, -",
    "PROTECTED,    b, PEER_LOST, 2, NOT_LIVE,  WAIT,       -",
    "SYNCING,      a, PEER_LOST, 1, NOT_ASKED, GO_SOLO,    REQUESTED",
    "SYNCING,      b, PEER_LOST, 1, NOT_LIVE,  WAIT,       -",
    "SYNCING,      a, RENOUNCE,  1, NOT_ASKED, STAND_DOWN, REQUESTED",
    "SYNCING,      b, RENOUNCE,  1, NOT_ASKED, STAND_DOWN, REQUESTED",
    "FAILING_OVER, b, PEER_LOST, 1, NOT_ASKED, GO_SOLO,    -",
    "FAILING_OVER, b, PEER_LOST, 2, NOT_ASKED, GO_SOLO,    -",
    "FAILING_OVER, a, PEER_LOST, 1, NOT_ASKED, STAND_DOWN, -",
    "FAILING_OVER, a, RENOUNCE,  1, NOT_ASKED, STAND_DOWN, -",
    "FAILING_OVER, b, RENOUNCE,  2, NOT_ASKED, WAIT,       -",
    "DEGRADED,     a, PEER_LOST, 1, NOT_ASKED, GO_SOLO,    -",
    "DEGRADED,     b, PEER_LOST, 1, NOT_ASKED, STAND_DOWN, -",
    "SOLO,         b, PEER_LOST, 1, NOT_ASKED, GO_SOLO,    -",
    "SOLO,         a, PEER_LOST, 1, NOT_ASKED, STAND_DOWN, -",
    "REQUESTED,    b, PEER_LOST, 1, NOT_ASKED, WAIT,       -",
    "RELEASED,     a, PEER_LOST, 1, NOT_ASKED, GO_SOLO,    -",
    "RELEASED,     b, PEER_LOST, 1, NOT_ASKED, STAND_DOWN, -"
  })
  void everyClaimInEveryState(
      String state,
      String host,
      Kind kind,
      long generation,
      PrimaryProbe probe,
      Verdict verdict,
      String after) {
    Pair pair = pair(state);
    Ruling ruling = rule(pair, host, generation, kind, probe, incarnation(host));
    assertThat(ruling.verdict()).isEqualTo(verdict);
    assertThat(ruling.transition().map(t -> t.after().state().name()).orElse("-")).isEqualTo(after);
  }

  @Test
  void aWinStartsANewGenerationOnTheWinner() {
    Ruling ruling =
        rule(
            Fixtures.protectedPair(),
            "b",
            1,
            Kind.PEER_LOST,
            PrimaryProbe.NOT_LIVE,
            Fixtures.INC_B);
    Pair after = ruling.transition().orElseThrow().after();
    assertThat(ruling.generation()).isEqualTo(2);
    assertThat(after.generation()).isEqualTo(2);
    assertThat(after.members().primary()).contains("b");
    assertThat(after.members().secondary()).isEmpty();
    assertThat(after.members().deposed()).containsExactly("a");
    assertThat(ruling.transition().orElseThrow().tasks())
        .containsExactly(
            CloudTask.activatePorts("b"),
            CloudTask.unbindPorts("a"),
            CloudTask.charge(after.survivorReservation().orElseThrow()));
  }

  @Test
  void aRestartedSecondaryDoesNotWinButARestartedPrimaryDoes() {
    Pair pair = Fixtures.protectedPair();
    UUID other = UUID.randomUUID();
    assertThat(rule(pair, "b", 1, Kind.PEER_LOST, PrimaryProbe.NOT_LIVE, other).verdict())
        .isEqualTo(Verdict.WAIT);
    assertThat(rule(pair, "a", 1, Kind.PEER_LOST, PrimaryProbe.NOT_ASKED, other).verdict())
        .isEqualTo(Verdict.GO_SOLO);
  }

  @Test
  void onlyASecondarysClaimInItsGenerationAsksThePrimary() {
    Pair pair = Fixtures.protectedPair();
    assertThat(asks(pair, "b", 1, Kind.PEER_LOST)).isTrue();
    assertThat(asks(pair, "b", 1, Kind.RENOUNCE)).isFalse();
    assertThat(asks(pair, "a", 1, Kind.PEER_LOST)).isFalse();
    assertThat(asks(Fixtures.degraded(), "b", 1, Kind.PEER_LOST)).isFalse();
  }

  private static boolean asks(Pair pair, String host, long generation, Kind kind) {
    return ClaimArbiter.asksPrimary(
        pair, new Claim(pair.id(), generation, host, UUID.randomUUID(), kind, "x"));
  }
}
