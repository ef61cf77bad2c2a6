package dev.hacolo.bed.bench.load;

import dev.hacolo.bed.traffic.WrongAnswerException;
import java.nio.ByteBuffer;

/**
 * One connection's side of a protocol: what it asks next, and whether the answer is right. One
 * request is outstanding at a time. Not thread-safe.
 */
interface Talk {
  /** Puts the next request into an empty buffer that has room for it. */
  void request(ByteBuffer out);

  /**
   * Looks at all that has come since the request, from 0 to the buffer's position.
   *
   * @return whether the answer is complete; false while more has to come
   * @throws WrongAnswerException if it cannot become the right answer any more
   */
  boolean isAnswered(ByteBuffer in) throws WrongAnswerException;

  /** Whether what had to be prepared on the guest before a measurement has been. */
  default boolean isWarm() {
    return true;
  }
}
