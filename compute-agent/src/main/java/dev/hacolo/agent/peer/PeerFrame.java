package dev.hacolo.agent.peer;

import java.util.UUID;

/**
 * Messages of the peer link. On the wire: u16 length of what follows, u8 type, payload; integers in
 * network byte order, texts as u16 length and UTF-8.
 */
public sealed interface PeerFrame {
  /** Version of this protocol; a peer of another one is refused. */
  int PROTOCOL = 1;

  /** First frame of the primary's agent. */
  record Hello(int protocol, String host, UUID pairId, long generation) implements PeerFrame {}

  /** The secondary's agent knows the pair and takes part. */
  record Welcome(int protocol, String host) implements PeerFrame {}

  /** The secondary's agent does not take part; the reason is one sentence. */
  record Refused(String reason) implements PeerFrame {}

  /**
   * Sent at the heartbeat interval by both.
   *
   * @param sentAt the sender's monotonic clock, nanoseconds
   * @param echo newest {@code sentAt} that the sender received, 0 if none
   */
  record Heartbeat(long sentAt, long echo) implements PeerFrame {}

  /** Primary to secondary: the first checkpoint is over on both sides. */
  record Protected(long generation) implements PeerFrame {}

  /** The sender's VM is dead or given up; the receiver's copy is the only one. */
  record Renounced(long generation, String reason) implements PeerFrame {}

  /** The sender closes the link on purpose. */
  record Bye(String reason) implements PeerFrame {}
}
