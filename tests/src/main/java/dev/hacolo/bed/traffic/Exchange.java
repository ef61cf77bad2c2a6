package dev.hacolo.bed.traffic;

import java.io.IOException;

/** One request and its answer on an established connection, again and again. */
interface Exchange {
  /**
   * Sends the next request and checks the answer.
   *
   * @throws IOException if the connection is reset, closed or silent
   * @throws WrongAnswerException if the answer cannot be understood, so that nothing that follows
   *     on the connection could be either
   */
  void next() throws IOException, WrongAnswerException;
}
