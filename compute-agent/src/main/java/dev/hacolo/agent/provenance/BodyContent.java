package dev.hacolo.agent.provenance;

import dev.hacolo.agent.digest.ContentDigest;
import java.util.Arrays;

/**
 * What a body is known by: its length and a keyed digest of each block of {@value #BLOCK} bytes. A
 * part of a large body can so be judged alone. Immutable.
 */
public final class BodyContent {
  /** Bytes of a block; the last one may have fewer. */
  public static final int BLOCK = 4096;

  private final int length;
  private final ContentDigest.Value[] blocks;

  private BodyContent(int length, ContentDigest.Value[] blocks) {
    this.length = length;
    this.blocks = blocks;
  }

  /**
   * Digests a body.
   *
   * @param length at least 1
   */
  public static BodyContent of(byte[] data, int offset, int length, ContentDigest digest) {
    ContentDigest.Value[] blocks = new ContentDigest.Value[(length + BLOCK - 1) / BLOCK];
    for (int i = 0; i < blocks.length; i++) {
      int at = i * BLOCK;
      blocks[i] = digest.of(data, offset + at, Math.min(BLOCK, length - at));
    }
    return new BodyContent(length, blocks);
  }

  /** Bytes of the body. */
  public int length() {
    return length;
  }

  /** First position of the block that holds the position. */
  static int blockStart(int position) {
    return position & -BLOCK;
  }

  /** First position behind the block that holds the position. */
  int blockEnd(int position) {
    return Math.min(length, (position & -BLOCK) + BLOCK);
  }

  /**
   * Whether these are the body's bytes.
   *
   * @param from where they are in the body: start of a block
   * @param size up to the end of a block
   */
  boolean matches(ContentDigest.Sum sum, int from, byte[] data, int at, int size) {
    for (int done = 0; done < size; done += BLOCK) {
      int part = Math.min(BLOCK, size - done);
      sum.clear().add(data, at + done, part);
      if (!sum.matches(blocks[(from + done) / BLOCK])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BodyContent c && length == c.length && Arrays.equals(blocks, c.blocks);
  }

  @Override
  public int hashCode() {
    return 31 * length + blocks[0].hashCode();
  }

  @Override
  public String toString() {
    return "BodyContent of " + length + " bytes";
  }
}
