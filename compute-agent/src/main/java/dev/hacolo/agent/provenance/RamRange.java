package dev.hacolo.agent.provenance;

/**
 * A stretch of guest RAM.
 *
 * @param address where it starts in QEMU's address space, a multiple of {@value #PAGE}
 * @param length in bytes, a multiple of {@value #PAGE}, greater than 0
 */
public record RamRange(long address, long length) {
  /** Bytes of a guest page. */
  public static final int PAGE = 4096;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if it is no whole number of pages below 2^63
   */
  public RamRange {
    boolean pages = address % PAGE == 0 && length % PAGE == 0;
    if (!pages || address < 0 || length <= 0 || address > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException("no pages: 0x%x + 0x%x".formatted(address, length));
    }
  }

  /** First address behind it. */
  public long end() {
    return address + length;
  }

  /** Whether so many bytes from the address on lie in it. */
  boolean contains(long from, long bytes) {
    return from >= address && bytes <= length && from - address <= length - bytes;
  }
}
