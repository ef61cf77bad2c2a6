package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.u16;
import static dev.hacolo.agent.packet.Bytes.u8;

/**
 * Where the options of one TCP segment are (RFC 9293, 7323, 2018). Read as Linux reads them: an
 * option whose length cannot be ends the list, one whose length is not its own is passed over, the
 * last of several of a kind counts.
 */
final class SegmentOptions {
  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int MAX_SEGMENT = 2;
  private static final int WINDOW_SCALE = 3;
  private static final int SACK_PERMITTED = 4;
  private static final int SACK = 5;
  private static final int TIMESTAMPS = 8;

  /** RFC 7323, 2.3: a larger shift is taken as this one. */
  private static final int MAX_SHIFT = 14;

  int maxSegment;
  int windowScale;
  boolean sackPermitted;
  int timestamps;
  int sack;
  int sackLength;

  void clear() {
    maxSegment = -1;
    windowScale = -1;
    sackPermitted = false;
    timestamps = -1;
    sack = -1;
    sackLength = 0;
  }

  void parse(byte[] data, int from, int to) {
    int at = from;
    while (at < to) {
      int type = u8(data, at);
      if (type == NO_OPERATION) {
        at++;
        continue;
      }
      if (type == END || to - at < 2) {
        return;
      }
      int size = u8(data, at + 1);
      if (size < 2 || size > to - at) {
        return;
      }
      take(data, type, size, at);
      at += size;
    }
  }

  private void take(byte[] data, int type, int size, int at) {
    if (type == MAX_SEGMENT && size == 4) {
      maxSegment = u16(data, at + 2);
    } else if (type == WINDOW_SCALE && size == 3) {
      windowScale = Math.min(MAX_SHIFT, u8(data, at + 2));
    } else if (type == SACK_PERMITTED && size == 2) {
      sackPermitted = true;
    } else if (type == SACK && size >= 10 && (size - 2) % 8 == 0) {
      sack = at + 2;
      sackLength = size - 2;
    } else if (type == TIMESTAMPS && size == 10) {
      timestamps = at + 2;
    }
  }
}
