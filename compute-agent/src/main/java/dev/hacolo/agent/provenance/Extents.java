package dev.hacolo.agent.provenance;

import java.util.Arrays;

/**
 * Where a body lies in guest memory, in the body's order: one stretch, or several that go on from
 * page to page. Every extent but the first starts at a page's start, every one but the last ends at
 * a page's end: a body is never put together from fragments. Addresses are those of QEMU's address
 * space. Immutable.
 */
public final class Extents {
  private final long[] addresses;

  /** Position in the body at which extent i starts; the last one is the body's length. */
  private final int[] starts;

  private Extents(long[] addresses, int[] starts) {
    this.addresses = addresses;
    this.starts = starts;
  }

  /** One extent. */
  public static Extents of(long address, int length) {
    return of(new long[] {address}, new int[] {length});
  }

  /**
   * Extents in the body's order; those that touch each other become one.
   *
   * @param addresses where each starts, 0 or more
   * @param lengths bytes of each, 1 or more; the sum fits an int
   * @throws IllegalArgumentException if there is none, or if a cut is not between pages
   */
  public static Extents of(long[] addresses, int[] lengths) {
    if (addresses.length == 0 || addresses.length != lengths.length) {
      throw new IllegalArgumentException(addresses.length + " addresses, " + lengths.length);
    }
    long[] merged = new long[addresses.length];
    int[] starts = new int[addresses.length + 1];
    int count = 0;
    int total = 0;
    for (int i = 0; i < addresses.length; i++) {
      if (i == 0 || addresses[i - 1] + lengths[i - 1] != addresses[i]) {
        check(addresses, lengths, i);
        merged[count] = addresses[i];
        starts[count++] = total;
      }
      total = Math.addExact(total, lengths[i]);
      starts[count] = total;
    }
    return new Extents(Arrays.copyOf(merged, count), Arrays.copyOf(starts, count + 1));
  }

  private static void check(long[] addresses, int[] lengths, int i) {
    boolean whole = addresses[i] >= 0 && lengths[i] > 0;
    boolean cut =
        i == 0
            || (addresses[i] % RamRange.PAGE == 0
                && (addresses[i - 1] + lengths[i - 1]) % RamRange.PAGE == 0);
    if (!whole || !cut) {
      throw new IllegalArgumentException("extent " + i + " does not go on from page to page");
    }
  }

  /** How many extents. */
  public int count() {
    return addresses.length;
  }

  /** Where an extent starts. */
  public long address(int extent) {
    return addresses[extent];
  }

  /** Bytes of an extent. */
  public int length(int extent) {
    return starts[extent + 1] - starts[extent];
  }

  /** Position in the body at which an extent starts. */
  public int start(int extent) {
    return starts[extent];
  }

  /** Bytes of the body. */
  public int total() {
    return starts[addresses.length];
  }

  /** Which extent holds the position, 0 to {@link #total} - 1, of the body. */
  public int at(int position) {
    int found = Arrays.binarySearch(starts, position);
    return found >= 0 ? found : -found - 2;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Extents e
        && Arrays.equals(addresses, e.addresses)
        && Arrays.equals(starts, e.starts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(addresses) + Arrays.hashCode(starts);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Extents");
    for (int i = 0; i < Math.min(count(), 8); i++) {
      text.append(" 0x").append(Long.toHexString(address(i))).append('+').append(length(i));
    }
    return text.append(count() > 8 ? " ..." : "").toString();
  }
}
