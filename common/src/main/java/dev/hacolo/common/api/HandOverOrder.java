package dev.hacolo.common.api;

/**
 * Asks a primary's agent to hand its role over to the secondary; nothing is lost by it.
 *
 * @param generation the pair's present one
 */
public record HandOverOrder(long generation) {
  /** Checks the range. */
  public HandOverOrder {
    Checks.range(generation, 1, Long.MAX_VALUE, "generation");
  }
}
