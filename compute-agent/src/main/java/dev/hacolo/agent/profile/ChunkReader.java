package dev.hacolo.agent.profile;

/** Finds the end of a chunked body (RFC 9112, section 7.1); nothing in it is a body to learn. */
final class ChunkReader {
  private static final int MOST_DIGITS = 8;

  private final LineReader lines = new LineReader(Bounds.LINE);
  private final Sequel chunk = new Sequel();
  private boolean active;
  private boolean trailer;
  private boolean broken;

  void start() {
    active = true;
    trailer = false;
  }

  /** Whether the body's end has not come. */
  boolean active() {
    return active;
  }

  boolean broken() {
    return broken;
  }

  /** Takes what belongs to the body, and returns the index behind it. */
  int read(byte[] data, int from, int to) {
    int at = from;
    while (at < to && active && !broken) {
      at = chunk.active() ? content(data, at, to) : line(data, at, to);
    }
    lines.release();
    return at;
  }

  private int content(byte[] data, int from, int to) {
    int content = chunk.content(from, to);
    chunk.take(content);
    int next = chunk.tail(data, from + content, to);
    broken = next < 0;
    return broken ? to : next;
  }

  private int line(byte[] data, int from, int to) {
    int next = lines.find(data, from, to);
    if (next < 0) {
      broken = lines.broken();
      return to;
    }
    if (trailer) {
      active = lines.length() > 0;
    } else {
      size();
    }
    return next;
  }

  /** A hexadecimal size, perhaps with extensions behind a semicolon. */
  private void size() {
    byte[] line = lines.line();
    int at = lines.from();
    long size = 0;
    while (at < lines.to() && Character.digit(line[at], 16) >= 0) {
      size = 16 * size + Character.digit(line[at++], 16);
    }
    int digits = at - lines.from();
    boolean ends = at == lines.to() || line[at] == ';' || line[at] == ' ';
    if (digits == 0 || digits > MOST_DIGITS || !ends) {
      broken = true;
    } else if (size == 0) {
      trailer = true;
    } else {
      chunk.expect(size, Sequel.LINE_END);
    }
  }
}
