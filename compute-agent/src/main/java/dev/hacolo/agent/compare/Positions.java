package dev.hacolo.agent.compare;

/** Positions of TCP streams: sequence numbers, integers modulo 2^32 (RFC 9293, section 3.4). */
final class Positions {
  /** No two live positions of a stream are further apart: the largest window (RFC 7323). */
  static final int WINDOW = 1 << 30;

  private Positions() {}

  static boolean after(int a, int b) {
    return a - b > 0;
  }

  static int max(int a, int b) {
    return a - b > 0 ? a : b;
  }

  static int min(int a, int b) {
    return a - b < 0 ? a : b;
  }

  /** Whether a is b or at most a window below b: anything else is no old position of the stream. */
  static boolean atOrBelow(int a, int b) {
    int distance = b - a;
    return distance >= 0 && distance <= WINDOW;
  }
}
