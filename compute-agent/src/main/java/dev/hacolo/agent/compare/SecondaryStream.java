package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.Positions.after;
import static dev.hacolo.agent.compare.Positions.max;
import static dev.hacolo.agent.compare.Positions.min;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.Frame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the secondary VM has sent on one connection in this epoch, in its own numbers. Content stays
 * in the frames; the pieces point into them, do not overlap, and are in the order of the stream.
 * The first bytes that were sent at a position stay.
 */
final class SecondaryStream {
  /** Counted for each piece beside its content: frame headers and objects. */
  static final int OVERHEAD = 200;

  private static final class Piece {
    final Frame frame;
    final int offset;
    final int from;
    final int end;
    @Nullable Piece next;

    Piece(Frame frame, int offset, int from, int end) {
      this.frame = frame;
      this.offset = offset;
      this.from = from;
      this.end = end;
    }

    int size() {
      return end - from + OVERHEAD;
    }
  }

  private @Nullable Piece head;
  private @Nullable Piece tail;

  /** Where the last comparison ended. */
  private @Nullable Piece cursor;

  private int floor;
  private boolean hasFloor;
  private int top;
  private boolean hasTop;
  private OutputRecord.@Nullable SynAck opening;
  private @Nullable Frame openingFrame;
  private boolean finished;
  private int end;
  private @Nullable Frame endFrame;
  private boolean reset;
  private boolean confused;

  /** The handshake was seen; a repetition changes nothing, another ISN makes it worthless. */
  void open(OutputRecord.SynAck synAck, Frame frame) {
    if (opening == null) {
      opening = synAck;
      openingFrame = frame;
    } else if (opening.sequence() != synAck.sequence()) {
      confused = true;
    }
  }

  OutputRecord.@Nullable SynAck opening() {
    return opening;
  }

  /** Whether this stream cannot be compared any more in this epoch. */
  boolean confused() {
    return confused;
  }

  void confuse() {
    confused = true;
  }

  /** The FIN stands at this position. */
  void finish(int position, Frame frame) {
    if (!finished) {
      finished = true;
      end = position;
      endFrame = frame;
    }
  }

  boolean finished() {
    return finished;
  }

  int end() {
    return end;
  }

  /** A RST was sent: no content follows. */
  void reset() {
    reset = true;
  }

  boolean wasReset() {
    return reset;
  }

  /** Whether the stream goes on, and can be compared. */
  boolean isOpen() {
    return !confused && !finished && !reset;
  }

  /** Whether content at or behind a position was sent. */
  boolean reaches(int position) {
    return hasTop && after(top, position);
  }

  /**
   * Adds content that was not there before.
   *
   * @return what it takes, in bytes
   */
  int add(Frame frame, int offset, int from, int length) {
    if (far(from)) {
      return 0;
    }
    int start = hasFloor ? max(from, floor) : from;
    int stop = from + length;
    if (!after(stop, start)) {
      return 0;
    }
    top = hasTop ? max(top, stop) : stop;
    hasTop = true;
    Piece last = tail;
    if (last == null || !after(last.end, start)) {
      return insert(last, new Piece(frame, offset + start - from, start, stop));
    }
    return fill(frame, offset - from, start, stop);
  }

  /** Whether a position cannot be one of this stream: the pieces could not be ordered with it. */
  private boolean far(int position) {
    Piece first = head;
    return (hasTop && farFrom(position, top)) || (first != null && farFrom(position, first.from));
  }

  private static boolean farFrom(int a, int b) {
    int distance = a - b;
    return distance > Positions.WINDOW || distance < -Positions.WINDOW;
  }

  /** Puts content into the gaps between the pieces. */
  private int fill(Frame frame, int base, int start, int stop) {
    int added = 0;
    int at = start;
    @Nullable Piece before = null;
    @Nullable Piece next = head;
    while (after(stop, at)) {
      while (next != null && !after(next.end, at)) {
        before = next;
        next = next.next;
      }
      int limit = next == null ? stop : min(stop, next.from);
      if (after(limit, at)) {
        Piece piece = new Piece(frame, base + at, at, limit);
        added += insert(before, piece);
        before = piece;
      }
      at = next == null ? stop : max(at, next.end);
    }
    return added;
  }

  private int insert(@Nullable Piece before, Piece piece) {
    if (before == null) {
      piece.next = head;
      head = piece;
    } else {
      piece.next = before.next;
      before.next = piece;
    }
    if (piece.next == null) {
      tail = piece;
    }
    return piece.size();
  }

  /**
   * Digests a stretch.
   *
   * @return whether all of it is there
   */
  boolean digest(ContentDigest.Sum sum, int from, int length) {
    int stop = from + length;
    if (!hasTop || after(stop, top)) {
      return false;
    }
    Piece piece = cursor != null && !after(cursor.from, from) ? cursor : head;
    int at = from;
    sum.clear();
    while (piece != null && !after(piece.from, at)) {
      if (after(piece.end, at)) {
        int size = min(piece.end, stop) - at;
        sum.add(piece.frame.bytes(), piece.offset + at - piece.from, size);
        at += size;
        if (at == stop) {
          cursor = piece;
          return true;
        }
      }
      piece = piece.next;
    }
    return false;
  }

  /**
   * Forgets what lies below a position, and ignores it from now on.
   *
   * @return what was taken by it, in bytes
   */
  int trim(int position) {
    if (hasFloor && after(floor, position)) {
      return 0;
    }
    // The SYN stands below the first floor.
    openingFrame = null;
    floor = position;
    hasFloor = true;
    int freed = 0;
    while (head != null && !after(head.end, position)) {
      freed += head.size();
      if (cursor == head) {
        cursor = null;
      }
      head = head.next;
    }
    if (head == null) {
      tail = null;
    }
    if (finished && after(position, end)) {
      endFrame = null;
    }
    return freed;
  }

  /** What all pieces take, in bytes. */
  int size() {
    int size = 0;
    for (Piece piece = head; piece != null; piece = piece.next) {
      size += piece.size();
    }
    return size;
  }

  /** Tells the frames whose content, SYN or FIN is still here, in the order of the stream. */
  void unacknowledged(Consumer<Frame> visitor) {
    if (openingFrame != null) {
      visitor.accept(openingFrame);
    }
    byte[] last = null;
    for (Piece piece = head; piece != null; piece = piece.next) {
      if (piece.frame.bytes() != last) {
        visitor.accept(piece.frame);
      }
      last = piece.frame.bytes();
    }
    if (endFrame != null && endFrame.bytes() != last) {
      visitor.accept(endFrame);
    }
  }
}
