package dev.hacolo.agent.profile;

import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/1 message (RFC 9112): a first line, fields, an empty line. What programs read
 * differently is broken: bare line ends, folded lines, a space before the colon, a field twice that
 * says how long the body is.
 */
final class HeadReader {
  private static final int NO_LENGTH = -1;

  private final LineReader lines = new LineReader(Bounds.LINE);
  private final WordTable<HeaderField> fields;
  private int bytes;
  private boolean broken;
  private long length;
  private boolean encoded;
  private boolean chunked;

  private static final byte[] CHUNKED = {'c', 'h', 'u', 'n', 'k', 'e', 'd'};

  /** What a line is. */
  enum Line {
    /** Its end has not come, or the head is broken. */
    NONE,
    FIRST,
    FIELD,
    /** The empty one. */
    END
  }

  private int next;
  private int nameEnd;
  private int valueStart;
  private int valueEnd;
  private @Nullable HeaderField field;

  HeadReader(WordTable<HeaderField> fields) {
    this.fields = fields;
    clear();
  }

  /** Begins another message. */
  private void clear() {
    bytes = 0;
    length = NO_LENGTH;
    encoded = false;
    chunked = false;
  }

  /** Reads the next line of a head; {@link #next()} is behind it. */
  Line read(byte[] data, int from, int to) {
    int before = lines.keptLength();
    next = lines.find(data, from, to);
    boolean first = bytes == 0;
    if (next < 0) {
      broken |= lines.broken();
      next = to;
      return Line.NONE;
    }
    if (first) {
      clear();
    }
    bytes += before + next - from;
    broken |= bytes > Bounds.HEAD || hasControls();
    if (broken) {
      return Line.NONE;
    }
    if (first) {
      return Line.FIRST;
    }
    if (lines.length() == 0) {
      bytes = 0;
      return Line.END;
    }
    field();
    return broken ? Line.NONE : Line.FIELD;
  }

  private boolean hasControls() {
    for (int i = lines.from(); i < lines.to(); i++) {
      byte b = lines.line()[i];
      if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
        return true;
      }
    }
    return false;
  }

  private void field() {
    byte[] line = lines.line();
    int at = lines.from();
    while (at < lines.to() && line[at] != ':' && line[at] != ' ' && line[at] != '\t') {
      at++;
    }
    broken = at == lines.from() || at == lines.to() || line[at] != ':';
    nameEnd = at;
    valueStart = at + 1;
    valueEnd = lines.to();
    while (!broken && valueStart < valueEnd && isSpace(line[valueStart])) {
      valueStart++;
    }
    while (!broken && valueEnd > valueStart && isSpace(line[valueEnd - 1])) {
      valueEnd--;
    }
    field = broken ? null : fields.find(line, lines.from(), nameEnd);
    delimits(line);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  private void delimits(byte[] line) {
    if (field == HeaderField.CONTENT_LENGTH) {
      broken |= length != NO_LENGTH;
      length = Text.number(line, valueStart, valueEnd, Bounds.BODY);
      broken |= length < 0;
    } else if (field == HeaderField.TRANSFER_ENCODING) {
      broken |= encoded;
      encoded = true;
      chunked = Text.isIgnoringCase(line, valueStart, valueEnd, CHUNKED);
    }
  }

  /** Lets go of the caller's array. */
  void release() {
    lines.release();
  }

  boolean broken() {
    return broken;
  }

  /** Whether the next byte is the first one of a head. */
  boolean between() {
    return bytes == 0 && lines.keptLength() == 0;
  }

  int next() {
    return next;
  }

  byte[] line() {
    return lines.line();
  }

  int from() {
    return lines.from();
  }

  int to() {
    return lines.to();
  }

  /** Of the field that was read last; null if it means nothing special. */
  @Nullable HeaderField kind() {
    return field;
  }

  /** Adds name, in lower case, and value of the field to a hash. */
  void addTo(KeyedHash hash) {
    hash.add((long) nameEnd - from()).add((long) valueEnd - valueStart);
    for (int i = from(); i < nameEnd; i++) {
      hash.add(WordTable.lower(line()[i]));
    }
    hash.add(line(), valueStart, valueEnd);
  }

  /** Declared length of the body, or -1. */
  long length() {
    return length;
  }

  /** Whether a transfer coding is declared. */
  boolean encoded() {
    return encoded;
  }

  /** Whether it is chunked, and that alone. */
  boolean chunked() {
    return chunked;
  }
}
