package dev.hacolo.agent.compare;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * What the primary's agent tells the secondary's agent of one output, instead of the output itself.
 * Digests are keyed by a secret of the generation (see {@link ContentDigest}).
 */
public sealed interface OutputRecord {
  /** Number of the record, counted from 0 on each packet link; verdicts name it. */
  long id();

  /**
   * Whether the output leaves as soon as B has this record, which then is an entry of the ledger:
   * if the secondary VM is to serve, what it sends there must be the same.
   */
  boolean preReleased();

  /**
   * A stretch of a TCP stream, cut where the primary VM cut it.
   *
   * @param flow connection; owned by the record
   * @param from sequence number of the first position of content, as the primary VM counts; behind
   *     the SYN if there is one
   * @param length positions of content, 0 to 65535; SYN and FIN are not counted, a FIN stands at
   *     {@code from + length}
   * @param flags those of SYN, ACK, FIN and RST (TCP header's bits) that the segment carries
   * @param digest digest of the content, of {@link ContentDigest.Value#EMPTY} if there is none
   * @param synAck for a segment with SYN: what else both VMs must agree on, else null
   * @param preReleased see {@link OutputRecord#preReleased}
   * @param answers number of the newest input of this connection that is answered, with all before,
   *     once this has been sent; -1 if that is not known. Inputs count from 1 on each packet link.
   */
  record Stream(
      long id,
      FlowKey flow,
      int from,
      int length,
      int flags,
      ContentDigest.Value digest,
      @Nullable SynAck synAck,
      boolean preReleased,
      long answers)
      implements OutputRecord {
    /** The place of {@link #answers} where that is not known. */
    static final long UNKNOWN = -1;

    /** Whether a TCP flag is set. */
    public boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  /**
   * Any other frame: a UDP datagram, an ICMP message, a fragment, a frame that is not IP.
   *
   * @param nic number of the NIC
   * @param digest digest of all that both VMs must agree on, headers included
   */
  record Datagram(long id, int nic, ContentDigest.Value digest) implements OutputRecord {
    /** Datagrams wait. */
    @Override
    public boolean preReleased() {
      return false;
    }
  }

  /**
   * Numbers and options of a segment that opens a connection.
   *
   * @param sequence its sequence number (ISN)
   * @param timestamp its TSval; 0 without timestamps
   * @param options everything in which the two VMs must agree: the acknowledgement number in bits
   *     32-63 (it names the client's SYN that is answered, so it tells connections of the same
   *     ports apart), maximum segment size + 1 in bits 8-24 (0 without), window scale + 1 in bits
   *     2-6 (0 without), timestamps in bit 1, SACK-permitted in bit 0
   */
  record SynAck(int sequence, int timestamp, long options) {
    /** Those of a segment with SYN and ACK. */
    public static SynAck of(Packet packet) {
      boolean stamped = packet.timestamps() >= 0;
      int stamp =
          stamped ? dev.hacolo.agent.packet.Bytes.i32(packet.data(), packet.timestamps()) : 0;
      long options =
          (long) packet.acknowledgement() << 32
              | (long) (packet.maxSegment() + 1) << 8
              | (long) (packet.windowScale() + 1) << 2
              | (stamped ? 2 : 0)
              | (packet.sackPermitted() ? 1 : 0);
      return new SynAck(packet.sequence(), stamp, options);
    }

    /** Acknowledgement number: the answered SYN's sequence number + 1. */
    public int acknowledgement() {
      return (int) (options >>> 32);
    }
  }
}
