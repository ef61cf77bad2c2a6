package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.compare.OutputRecord;
import dev.hacolo.agent.compare.Translation;
import dev.hacolo.agent.compare.Verdict;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import java.util.UUID;

/**
 * Messages of the packet link. On the wire: u32 length of what follows, u8 type, payload; integers
 * in network byte order. A is the primary's agent, B the secondary's. The meaning of each is in
 * docs/adr/0004-packet-proxy.md.
 */
sealed interface PacketMessage {
  /** Version of this protocol; a peer of another one is refused. */
  int PROTOCOL = 4;

  /** Most bytes of a message behind its length. */
  int MAX_BYTES = Frame.MAX_BYTES + 64;

  /**
   * First message of A.
   *
   * @param key secret of this link, for the digests; 32 bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, compared by nobody.
  record Hello(int protocol, UUID pairId, long generation, byte[] key) implements PacketMessage {
    @Override
    public String toString() {
      return "Hello[protocol=%d, pairId=%s, generation=%d]".formatted(protocol, pairId, generation);
    }
  }

  /** B takes part. */
  record Welcome(int protocol) implements PacketMessage {}

  /** B does not take part; the reason is one sentence. */
  record Refused(String reason) implements PacketMessage {}

  /**
   * A to B: the primary VM gets this frame on its NIC with this number.
   *
   * @param hint what it asks
   */
  record Input(int nic, Frame frame, InputHint hint) implements PacketMessage {}

  /** A to B: the primary VM has sent this. */
  record Output(OutputRecord record) implements PacketMessage {}

  /** A to B: the primary VM has acknowledged this to a client before the next mark's checkpoint. */
  record Acknowledged(FlowKey flow, int acknowledgement) implements PacketMessage {}

  /** A to B: here epoch {@code checkpoint} begins. */
  record Mark(long checkpoint) implements PacketMessage {}

  /** A to B: the primary VM counts this connection in other numbers than its client. */
  record Inherited(Translation translation) implements PacketMessage {}

  /** A to B: that connection is over, or lost. */
  record Forgotten(FlowKey flow) implements PacketMessage {}

  /** B to A: the first {@code inputs} inputs and {@code records} records of this link are here. */
  record Stable(long inputs, long records) implements PacketMessage {}

  /** B to A: what became of an output record. */
  record Judged(long id, Verdict verdict) implements PacketMessage {}

  /** B to A: the secondary VM runs on the state of this checkpoint. */
  record Loaded(long checkpoint) implements PacketMessage {}

  /** B to A: a checkpoint is due. */
  record Wanted(CheckpointCause cause) implements PacketMessage {}
}
