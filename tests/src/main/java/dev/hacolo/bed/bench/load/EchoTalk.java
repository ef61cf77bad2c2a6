package dev.hacolo.bed.bench.load;

import dev.hacolo.bed.traffic.WrongAnswerException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Datagrams that come back as they were (UDP echo, RFC 862): 64 bytes, a sequence number and random
 * content. An answer to an earlier request, which was asked again because it was late, is dropped.
 */
final class EchoTalk implements Talk {
  /** Where the guest's echo service listens. */
  static final int PORT = 7;

  private static final int LENGTH = 64;

  private final SplittableRandom random;
  private final ByteBuffer sent = ByteBuffer.allocate(LENGTH);
  private long sequence;

  EchoTalk(SplittableRandom random) {
    this.random = random;
  }

  @Override
  public void request(ByteBuffer out) {
    sent.putLong(0, ++sequence);
    for (int at = Long.BYTES; at < LENGTH; at += Long.BYTES) {
      sent.putLong(at, random.nextLong());
    }
    out.put(sent.duplicate().clear());
  }

  @Override
  public boolean isAnswered(ByteBuffer in) throws WrongAnswerException {
    if (in.position() == 0) {
      return false;
    }
    if (in.position() >= Long.BYTES && in.getLong(0) > 0 && in.getLong(0) < sequence) {
      in.clear();
      return false;
    }
    if (in.position() != LENGTH || in.duplicate().flip().mismatch(sent) >= 0) {
      throw new WrongAnswerException(
          "datagram " + sequence, in.position() + " other bytes", "its own 64 bytes");
    }
    return true;
  }
}
