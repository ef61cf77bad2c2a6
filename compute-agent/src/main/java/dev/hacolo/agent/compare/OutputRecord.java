package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.FlowKey;
import org.jspecify.annotations.Nullable;

/**
 * What the primary's agent tells the secondary's agent of one output, instead of the output itself.
 * Digests are keyed by a secret of the generation (see {@link ContentDigest}).
 */
public sealed interface OutputRecord {
  /** Number of the record, counted from 0 on each packet link; verdicts name it. */
  long id();

  /**
   * A stretch of a TCP stream, cut where the primary VM cut it.
   *
   * @param flow connection; owned by the record
   * @param from sequence number of the first position, as the primary VM counts
   * @param length positions of content, 0 to 65535; SYN and FIN are not counted
   * @param flags those of SYN, ACK, FIN and RST (TCP header's bits) that the segment carries
   * @param digest digest of the content, of {@link ContentDigest.Value#EMPTY} if there is none
   * @param synAck for a segment with SYN: what else both VMs must agree on, else null
   */
  record Stream(
      long id,
      FlowKey flow,
      int from,
      int length,
      int flags,
      ContentDigest.Value digest,
      @Nullable SynAck synAck)
      implements OutputRecord {}

  /**
   * Any other frame: a UDP datagram, an ICMP message, a fragment, a frame that is not IP.
   *
   * @param nic number of the NIC
   * @param digest digest of all that both VMs must agree on, headers included
   */
  record Datagram(long id, int nic, ContentDigest.Value digest) implements OutputRecord {}

  /**
   * Numbers and options of a segment that opens a connection.
   *
   * @param sequence its sequence number (ISN)
   * @param timestamp its TSval; 0 without timestamps
   * @param options everything that the two VMs must choose alike: maximum segment size, window
   *     scale, SACK-permitted and timestamps present, packed
   */
  record SynAck(int sequence, int timestamp, long options) {}
}
