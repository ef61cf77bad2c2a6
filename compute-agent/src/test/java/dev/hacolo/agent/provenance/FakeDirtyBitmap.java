package dev.hacolo.agent.provenance;

import java.util.HashSet;
import java.util.Set;

/**
 * Stands for the kernel module's bitmap together with QEMU's own device writes: pages that were
 * written in this epoch.
 */
final class FakeDirtyBitmap implements SynchronisedMemory {
  private final Set<Long> dirty = new HashSet<>();
  private boolean valid;

  /** A write of the guest or of a device. */
  void written(long address, int length) {
    for (long page = page(address); page <= page(address + length - 1); page++) {
      dirty.add(page);
    }
  }

  void begin() {
    valid = false;
  }

  /** The bitmap is turned while the VM stands still. */
  void rotate() {
    dirty.clear();
    valid = true;
  }

  void end() {
    valid = false;
  }

  @Override
  public boolean unmodified(Place place, int from, byte[] now, int at, int length) {
    Extents extents = place.extents();
    for (int i = from; valid && i < from + length; ) {
      int extent = extents.at(i);
      long address = extents.address(extent) + (i - extents.start(extent));
      if (dirty.contains(page(address))) {
        return false;
      }
      int left = (int) (RamRange.PAGE - address % RamRange.PAGE);
      i += Math.min(left, extents.length(extent) - (i - extents.start(extent)));
    }
    return valid;
  }

  private static long page(long address) {
    return address / RamRange.PAGE;
  }
}
