package dev.hacolo.agent.packet;

/**
 * The bytes of a packet socket are no frames. Nothing behind that point of the stream can be
 * understood: the only way on is a new connection.
 */
public final class BrokenStreamException extends RuntimeException {
  /** With one sentence that says what is wrong. */
  BrokenStreamException(String message) {
    super(message);
  }
}
