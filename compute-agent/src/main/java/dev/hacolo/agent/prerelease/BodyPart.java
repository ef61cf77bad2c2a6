package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.profile.Stretch;

/**
 * A part of a body in a segment.
 *
 * @param offset where it is in the segment's array
 * @param length bytes, at least 1
 * @param position where it is in the body
 * @param total bytes of the whole body
 * @param context names what it answers
 * @param framing names what is around it
 */
record BodyPart(int offset, int length, long position, long total, long context, long framing) {
  /** The head in a segment, taken for a whole body of its own. */
  static BodyPart headOf(Stretch stretch) {
    int length = stretch.headLength();
    return new BodyPart(stretch.headOffset(), length, 0, length, stretch.headContext(), 0);
  }

  static BodyPart of(Stretch stretch) {
    return new BodyPart(
        stretch.bodyOffset(),
        stretch.bodyLength(),
        stretch.bodyPosition(),
        stretch.bodyTotal(),
        stretch.context(),
        stretch.framing());
  }
}
