package dev.hacolo.bed.traffic;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What became of acknowledged writes. */
enum Finding {
  /** The right value is there. */
  PRESENT,
  /** There is none. */
  MISSING,
  /** There is another one: an older one, a damaged one, one of somebody else. */
  WRONG;

  /**
   * Number of the last acknowledged write to a slot, or 0 if none was acknowledged.
   *
   * @param acknowledged writes 1 to this number are acknowledged
   */
  static long lastWriteTo(int slot, long acknowledged, WriteScheme scheme) {
    long back = Math.floorMod(acknowledged - slot, (long) scheme.slots());
    return Math.max(0, acknowledged - back);
  }

  /**
   * Judges the value that a key has after the failure.
   *
   * @param connection who wrote
   * @param slot the key's slot
   * @param found the value, if there is one
   */
  static Finding of(
      ConnectionRecord.Snapshot connection, int slot, WriteScheme scheme, byte @Nullable [] found) {
    long last = lastWriteTo(slot, connection.acknowledgedWrites(), scheme);
    long pending = connection.acknowledgedWrites() + 1;
    // The one write that was sent and not answered may have happened or not.
    boolean mayBePending = connection.writePending() && pending % scheme.slots() == slot;
    if (found == null) {
      return last == 0 ? PRESENT : MISSING;
    }
    if (mayBePending && Arrays.equals(found, scheme.value(connection.id(), pending))) {
      return PRESENT;
    }
    boolean right = last > 0 && Arrays.equals(found, scheme.value(connection.id(), last));
    return right ? PRESENT : WRONG;
  }
}
