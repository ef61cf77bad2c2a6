package dev.hacolo.bed.oracle.judge;

import java.util.Optional;

/**
 * What one machine does with operations on one thing, one after the other.
 *
 * @param <S> state; immutable, with equals and hashCode
 */
public interface Model<S> {
  /** The state before the first operation. */
  S initial();

  /**
   * The state after an operation, or nothing if its answer cannot be given in this state. An
   * operation without an answer is always possible.
   */
  Optional<S> next(S state, Operation operation);
}
