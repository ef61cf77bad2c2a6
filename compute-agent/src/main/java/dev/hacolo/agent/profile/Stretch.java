package dev.hacolo.agent.profile;

/**
 * What one segment of a guest's stream holds. The object belongs to its {@link Conversation} and is
 * used again at the next segment.
 *
 * <p>The body's values are there for every read that may have a body, candidate or not, so that a
 * body can be learnt from segments that had to wait; if parts of two bodies are in the segment, for
 * neither.
 */
public final class Stretch {
  private boolean candidate;
  private boolean headed;
  private boolean alone;
  private int headOffset;
  private int headLength;
  private long headContext;
  private int bodyOffset;
  private int bodyLength;
  private long bodyPosition;
  private long bodyTotal;
  private long framing;
  private long context;

  private int allowed;
  private boolean several;

  Stretch() {}

  void clear() {
    candidate = false;
    headed = false;
    alone = false;
    headOffset = 0;
    headLength = 0;
    headContext = 0;
    nothing();
    allowed = 0;
    several = false;
  }

  private void nothing() {
    bodyOffset = 0;
    bodyLength = 0;
    bodyPosition = 0;
    bodyTotal = 0;
    framing = 0;
    context = 0;
  }

  /** Bytes that the template allows beside the body. */
  void allow(int bytes) {
    allowed += bytes;
  }

  /** A whole head in front of a body that may be learnt. */
  void head(int offset, int length, long newContext) {
    headOffset = offset;
    headLength = length;
    headContext = newContext;
  }

  void body(int offset, int length, long position, long total) {
    if (several || bodyLength > 0) {
      several = true;
      nothing();
      return;
    }
    bodyOffset = offset;
    bodyLength = length;
    bodyPosition = position;
    bodyTotal = total;
  }

  void names(long newContext, long newFraming) {
    if (!several) {
      context = newContext;
      framing = newFraming;
    }
  }

  /**
   * The segment answers the only outstanding request: whether all its bytes are accounted for, and
   * some are a body's.
   */
  void judge(int length) {
    alone = true;
    candidate = bodyLength > 0 && allowed + bodyLength == length;
    headed = headLength > 0 && headLength + bodyLength == length;
  }

  /**
   * Whether the segment is nothing but allowed framing and body of the answer to the only
   * outstanding request, which is a read.
   */
  public boolean candidate() {
    return candidate;
  }

  /**
   * Whether the segment is nothing but a whole head, with what differs from answer to answer, and
   * perhaps the beginning of the body that it announces, of the answer to the only outstanding
   * request, which is a read.
   */
  public boolean headed() {
    return headed;
  }

  /** Where the head begins in the caller's array. */
  public int headOffset() {
    return headOffset;
  }

  /** Bytes of the head; 0 if there is no whole one, and then nothing else is told of it. */
  public int headLength() {
    return headLength;
  }

  /** Keyed hash of the service and the request that the head answers; none of a body's. */
  public long headContext() {
    return headContext;
  }

  /** Whether no other request was outstanding than the one that the segment answers. */
  public boolean alone() {
    return alone;
  }

  /** Where the body's part begins in the caller's array. */
  public int bodyOffset() {
    return bodyOffset;
  }

  /** Bytes of the body in this segment; 0 if there are none, and then nothing else is told. */
  public int bodyLength() {
    return bodyLength;
  }

  /** Offset of the part within the whole body. */
  public long bodyPosition() {
    return bodyPosition;
  }

  /** Length of the whole body as the framing has declared it, 1 to 2^30. */
  public long bodyTotal() {
    return bodyTotal;
  }

  /**
   * Names what the framing says beside the template, the echo of the request and the body's length:
   * memcached's flags, HTTP's status and Content-Range. It must be what it was when the body was
   * learnt.
   */
  public long framing() {
    return framing;
  }

  /**
   * Keyed hash of the service, the connection's session and the request. A body learnt in one
   * context is none of another.
   */
  public long context() {
    return context;
  }

  @Override
  public String toString() {
    return "%s, body %d+%d of %d"
        .formatted(candidate ? "candidate" : "waits", bodyPosition, bodyLength, bodyTotal);
  }
}
