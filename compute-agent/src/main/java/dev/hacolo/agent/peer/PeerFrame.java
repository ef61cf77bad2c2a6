package dev.hacolo.agent.peer;

import java.util.UUID;

/**
 * Messages of the peer link. On the wire: u16 length of what follows, u8 type, payload; integers in
 * network byte order, texts as u16 length and UTF-8.
 */
public sealed interface PeerFrame {
  /** Version of this protocol; a peer of another one is refused. */
  int PROTOCOL = 2;

  /**
   * First frame of the primary's agent.
   *
   * @param protocol {@link #PROTOCOL}; a peer of another one is refused before the rest is read
   * @param leaseNanos how long a lease of its outputs lasts on its own clock
   */
  record Hello(int protocol, String host, UUID pairId, long generation, long leaseNanos)
      implements PeerFrame {}

  /** The secondary's agent knows the pair and takes part. */
  record Welcome(int protocol, String host) implements PeerFrame {}

  /** The secondary's agent does not take part; the reason is one sentence. */
  record Refused(String reason) implements PeerFrame {}

  /**
   * Sent at the heartbeat interval by both; the secondary's agent renews with it the primary's
   * lease.
   *
   * @param sentAt the sender's CLOCK_BOOTTIME, nanoseconds
   * @param echo newest {@code sentAt} that the sender received and answers, 0 if none
   * @param open whether the sender's VM may send to its network at present
   */
  record Heartbeat(long sentAt, long echo, boolean open) implements PeerFrame {}

  /** Primary to secondary: the first checkpoint is over on both sides. */
  record Protected(long generation) implements PeerFrame {}

  /** The sender's VM is dead or given up; the receiver's copy is the only one. */
  record Renounced(long generation, String reason) implements PeerFrame {}

  /** The sender closes the link on purpose. */
  record Bye(String reason) implements PeerFrame {}
}
