package dev.hacolo.agent.provenance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * By what an indexed body is found: hashes of {@value #BYTES} bytes at every position that is a
 * multiple of {@value #SPACING}, together with the position and the body's length. A hit is no
 * evidence, only a candidate.
 *
 * <p>Fixed positions do, because whoever asks knows where in the body his stretch lies; so a lookup
 * hashes 16 bytes instead of walking through the stretch in search of an anchor.
 */
final class Samples {
  static final int SPACING = 256;
  static final int BYTES = 16;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Samples() {}

  /** All samples of a body of at least {@value #BYTES} bytes. */
  static long[] of(byte[] data, int offset, int length) {
    long[] samples = new long[(length - BYTES) / SPACING + 1];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = at(data, offset + i * SPACING, i * SPACING, length);
    }
    return samples;
  }

  /** First sampled position at or behind a position. */
  static int next(int position) {
    return (position + SPACING - 1) & -SPACING;
  }

  /** The sample of a position whose bytes start at {@code at}; never 0. */
  static long at(byte[] data, int at, int position, int bodyLength) {
    long x = (long) LONG.get(data, at) * 0x9e3779b97f4a7c15L;
    long y = (long) LONG.get(data, at + 8) ^ ((long) position << 32 | bodyLength);
    long mixed = (x ^ (x >>> 29) ^ y) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 32)) * 0x94d049bb133111ebL;
    return (mixed ^ (mixed >>> 31)) | 1;
  }
}
