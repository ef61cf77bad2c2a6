package dev.hacolo.bed.chaos;

/**
 * A fault in time.
 *
 * @param fault what
 * @param atMs when it begins, in ms since the episode serves
 * @param lastsMs until it ends
 */
record Strike(Fault fault, int atMs, int lastsMs) {
  int endMs() {
    return atMs + lastsMs;
  }
}
