package dev.hacolo.agent.profile;

import java.util.Objects;

/**
 * One TCP connection of a service: what is outstanding, and what the guest's segments are made of.
 * Feed it both directions in order, without gaps and repetitions, a client's bytes before the
 * outputs that the guest may have made from them. One that is followed only from its middle begins
 * with {@link #lost()}.
 *
 * <p>Memory is bounded whatever the peers send: about 2 KiB when idle, 500 KiB at most. Bodies are
 * not kept. Not thread-safe.
 */
public final class Conversation {
  private final Exchange exchange;
  private final Reader requests;
  private final Reader answers;

  Conversation(Exchange exchange, Reader requests, Reader answers) {
    this.exchange = exchange;
    this.requests = requests;
    this.answers = answers;
  }

  /** What the client asks of. */
  public ServiceProfile profile() {
    return exchange.profile;
  }

  /**
   * The next bytes of the client. Each request is told as soon as its effect is known; one whose
   * effect is not known at the end of these bytes is told as order-sensitive, and again later. If
   * the connection is not understood (any more), an order-sensitive request is told for each call.
   *
   * @throws IndexOutOfBoundsException if the range is not in the array
   */
  public void client(byte[] data, int offset, int length, RequestSink sink) {
    Objects.checkFromIndexSize(offset, length, data.length);
    if (length == 0) {
      return;
    }
    if (exchange.understood()) {
      exchange.listen(sink);
      requests.read(data, offset, offset + length);
      exchange.tellBegun();
      exchange.listen(null);
    }
    if (!exchange.understood()) {
      exchange.tellAnything(sink);
    }
  }

  /**
   * The next segment of the guest, cut as the guest cut it. If {@link #understood()} is false
   * afterwards and was not before, the guest does not read its input as this class does: count an
   * order-sensitive request, as {@link #replay} does.
   *
   * @return valid until the next call
   * @throws IndexOutOfBoundsException if the range is not in the array
   */
  public Stretch guest(byte[] data, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, data.length);
    Stretch stretch = exchange.stretch;
    stretch.clear();
    if (length > 0 && exchange.understood()) {
      boolean alone = exchange.alone();
      answers.read(data, offset, offset + length);
      if (!exchange.understood()) {
        stretch.clear();
      } else if (alone) {
        stretch.judge(length);
      }
    }
    return stretch;
  }

  /**
   * Requests that the guest may not have carried out, or not answered: those that have begun, and
   * those without an answer that no later answer has confirmed. 1 if the connection is not
   * understood.
   */
  public int outstanding() {
    return exchange.outstanding();
  }

  /** Whether the connection can be followed, and the client has sent no part of a request. */
  public boolean betweenRequests() {
    return exchange.betweenRequests();
  }

  /** Whether the connection can be followed. Once false it stays so. */
  public boolean understood() {
    return exchange.understood();
  }

  /**
   * Bytes were missed, or the stream is out of step for another reason: nothing of this connection
   * is a candidate from now on, and all that the client sends is order-sensitive. The caller counts
   * an order-sensitive request for what was missed.
   */
  public void lost() {
    exchange.lose();
  }

  /**
   * Tells of all outstanding requests, oldest first, with their numbers; call it at the beginning
   * of an epoch, because what came before the checkpoint may be carried out after it. If the
   * connection is not understood, one order-sensitive request stands for whatever there is.
   */
  public void replay(RequestSink sink) {
    exchange.replay(sink);
  }
}
