package dev.hacolo.bed.oracle;

import java.util.List;
import java.util.SplittableRandom;

/**
 * How a round is to go.
 *
 * @param number its number, from 1
 * @param nodeDies whether the primary's agent dies with its QEMU
 * @param afterMs moment of the kill, in ms after the guest is protected
 * @param pace how fast the clients are
 * @param own per mille of requests to the token service that each copy answers by itself: from a
 *     divergence now and then, so that epochs are long, to one checkpoint after the other
 */
record RoundPlan(int number, boolean nodeDies, int afterMs, String pace, int own) {
  private static final List<String> PACES = List.of("usual", "busy");
  private static final List<Integer> OWN = List.of(2, 15, 80);
  private static final int NODE_DIES_ONE_IN = 4;

  static RoundPlan of(int number, OracleOptions options, SplittableRandom random) {
    return new RoundPlan(
        number,
        random.nextInt(NODE_DIES_ONE_IN) == 0,
        random.nextInt(options.earliestMs(), options.latestMs() + 1),
        PACES.get(random.nextInt(PACES.size())),
        OWN.get(random.nextInt(OWN.size())));
  }
}
