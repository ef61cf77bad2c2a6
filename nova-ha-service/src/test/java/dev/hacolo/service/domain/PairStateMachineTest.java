package dev.hacolo.service.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole table: a row for each event, a column for each state, "-" where it has no place. */
class PairStateMachineTest {
  private static final String TABLE =
      """
      event                 REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      SUSPENDED RELEASED
      REQUESTED             -         -         -         -            -            -        -         -         -
      HOST_CHOSEN           PAIRING   -         -         -            -            -        PAIRING   -         -
      RESOURCES_READY       -         SYNCING   -         -            -            -        -         -         -
      ABANDONED             -         REQUESTED REQUESTED -            -            -        -         -         -
      ABANDONED_TO_SOLO     -         SOLO      SOLO      -            -            -        -         -         -
      PROTECTED             -         -         PROTECTED -            -            -        -         -         -
      PRIMARY_LOST          -         -         -         FAILING_OVER -            -        -         -         -
      SECONDARY_LOST        -         -         -         DEGRADED     -            -        -         -         -
      FAILOVER_ORDERED      -         -         -         FAILING_OVER -            -        -         -         -
      SECONDARY_DROPPED     -         -         -         DEGRADED     -            -        -         -         -
      SERVING_ALONE         -         -         -         -            SOLO         SOLO     -         -         -
      RELEASE_REQUESTED     REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      SUSPENDED -
      RELEASED              RELEASED  RELEASED  RELEASED  RELEASED     RELEASED     RELEASED RELEASED  RELEASED  -
      CHECKPOINTS           -         -         -         PROTECTED    -            -        -         -         -
      SECONDARY_VCPUS       REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      SUSPENDED -
      SUSPEND_ORDERED       REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      -         -
      SUSPENDED             SUSPENDED SUSPENDED SUSPENDED -            -            -        SUSPENDED -         -
      RESUMED               REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      REQUESTED -
      RESUMED_TO_SOLO       -         -         -         -            -            -        -         SOLO      -
      MOVE_ORDERED          -         PAIRING   SYNCING   PROTECTED    -            -        -         -         -
      SWITCH_OVER_ORDERED   -         -         -         PROTECTED    -            -        -         -         -
      SWITCHED_OVER         REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      SUSPENDED -
      SWITCH_OVER_FAILED    REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      SUSPENDED -
      TEST_FAILOVER_ORDERED -         -         -         PROTECTED    -            -        -         -         -
      TEST_FAILOVER_PASSED  REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      SUSPENDED -
      TEST_FAILOVER_FAILED  REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      SUSPENDED -
      FENCED                REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      SUSPENDED RELEASED
      FENCING_FAILED        REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      SUSPENDED RELEASED
      NOTED                 REQUESTED PAIRING   SYNCING   PROTECTED    FAILING_OVER DEGRADED SOLO      SUSPENDED RELEASED
      """;

  static Stream<Arguments> cells() {
    String[][] rows = TABLE.lines().map(line -> line.trim().split("\\s+")).toArray(String[][]::new);
    return Arrays.stream(rows)
        .skip(1)
        .flatMap(
            row ->
                Stream.iterate(1, i -> i < row.length, i -> i + 1)
                    .map(i -> Arguments.of(rows[0][i], row[0], row[i])));
  }

  @ParameterizedTest(name = "{1} in {0} -> {2}")
  @MethodSource("cells")
  void everyEventInEveryState(String from, String event, String to) {
    Optional<PairState> expected =
        to.equals("-") ? Optional.empty() : Optional.of(PairState.valueOf(to));
    assertThat(PairStateMachine.next(PairState.valueOf(from), PairEvent.valueOf(event)))
        .isEqualTo(expected);
  }

  @Test
  void theTableIsComplete() {
    assertThat(cells()).hasSize(PairState.values().length * PairEvent.values().length);
    assertThat(cells().map(cell -> cell.get()[1]).collect(Collectors.toSet()))
        .hasSize(PairEvent.values().length);
  }
}
