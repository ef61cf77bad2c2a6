package dev.hacolo.agent.provenance;

import java.util.Arrays;

/**
 * A part of an output body.
 *
 * @param data holds it
 * @param offset where it starts in {@code data}
 * @param length its bytes, at least 1
 * @param from where it starts in the body
 * @param bodyLength bytes of the whole body
 * @param context of the output
 * @param framing of the output
 */
@SuppressWarnings("ArrayRecordComponent") // lives as long as one question
record Stretch(
    byte[] data, int offset, int length, int from, int bodyLength, long context, long framing) {
  int end() {
    return from + length;
  }

  /** Whether the sample of a position of the body lies in it. */
  boolean holdsSample(int position) {
    return position + Samples.BYTES <= end();
  }

  /** The sample of a position of the body. */
  long sample(int position) {
    return Samples.at(data, offset + position - from, position, bodyLength);
  }

  /** Whether other bytes are the same. */
  boolean equalTo(byte[] other, int at) {
    return Arrays.equals(data, offset, offset + length, other, at, at + length);
  }

  /** A number for context, framing and body length. */
  int setting() {
    long mixed = ((bodyLength * 31L + context) * 31 + framing) * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> 40);
  }
}
