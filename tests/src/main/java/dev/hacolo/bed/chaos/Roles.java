package dev.hacolo.bed.chaos;

import dev.hacolo.bed.stage.PairWatch;

/**
 * Who is what when an episode begins.
 *
 * @param pair id
 * @param primary node
 * @param secondary node
 */
record Roles(String pair, String primary, String secondary) {
  static Roles of(PairWatch.Pair pair) {
    return new Roles(pair.id(), pair.primary(), pair.secondary());
  }
}
