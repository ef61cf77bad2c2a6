package dev.hacolo.agent.allocation;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A limit that could not be lifted.
 *
 * @param instance whose it is; null for what an earlier run of the agent left
 * @param attempt which try this was, from 1
 * @param problem one sentence
 * @param last whether there will be no further try
 */
public record LiftFailure(@Nullable UUID instance, int attempt, String problem, boolean last) {
  /** Checks the sentence. */
  public LiftFailure {
    Objects.requireNonNull(problem);
  }
}
