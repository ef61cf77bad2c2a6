package dev.hacolo.agent.compare;

/**
 * How far the primary VM had sent and received a connection's streams at its marks: what the states
 * of those checkpoints have.
 */
final class PrimaryEnd {
  // What it has sent: at sentEpoch, and before that epoch.
  private boolean fresh = true;
  private long sentEpoch;
  private int sent;
  private long earlierEpoch = -1;
  private int earlier;

  // What it had received in front of that mark, and of one before; mark 0 if it is unknown.
  private long receivedMark;
  private int received;
  private long receivedEarlierMark;
  private int receivedEarlier;

  /** A SYN of the client: of another connection, perhaps; the primary's agent forgets as well. */
  void forgetReceived() {
    receivedMark = 0;
    receivedEarlierMark = 0;
  }

  /** The client has begun another connection. */
  void begin() {
    fresh = true;
  }

  /** It has sent its stream up to here, with so many marks behind it. */
  void sent(int end, long epoch) {
    if (epoch > sentEpoch && !fresh) {
      earlier = sent;
      earlierEpoch = sentEpoch;
    }
    if (fresh || end - sent > 0) {
      sent = end;
    }
    fresh = false;
    sentEpoch = epoch;
  }

  /** In front of this mark it had received the client's stream up to here. */
  void received(int end, long mark) {
    if (mark != receivedMark) {
      receivedEarlierMark = receivedMark;
      receivedEarlier = received;
    }
    receivedMark = mark;
    received = end;
  }

  /** Whether state {@code k} and all later ones have the client's stream up to here. */
  boolean stateHas(int end, long k) {
    if (receivedMark > 0 && receivedMark <= k) {
      return end - received <= 0;
    }
    return receivedEarlierMark > 0 && receivedEarlierMark <= k && end - receivedEarlier <= 0;
  }

  /** Whether it is known how far state {@code k} has sent. */
  boolean knowsSent(long k) {
    return !fresh && (sentEpoch < k || (earlierEpoch >= 0 && earlierEpoch < k));
  }

  /**
   * How far state {@code k} has sent, if that is known; more may be told while its mark is late.
   */
  int sentAt(long k) {
    return sentEpoch < k ? sent : earlier;
  }
}
