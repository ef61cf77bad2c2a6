package dev.hacolo.bed.oracle;

import java.util.List;

/**
 * What became of the limits of a secondary's vCPUs in a round.
 *
 * @param confined whether they were in effect before the kill, as the kernel and the agent say
 * @param left what still limits them when the session is SOLO, in sentences
 */
record Limits(boolean confined, List<String> left) {
  /** The secondary was not to be confined. */
  static final Limits NONE = new Limits(false, List.of());

  Limits {
    left = List.copyOf(left);
  }
}
