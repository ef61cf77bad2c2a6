package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.FlowKey;

/**
 * How two sides of a TCP connection's numbers differ: {@code outer = inner + delta}, modulo 2^32.
 * Which two sides is said where a translation is used: primary guest and secondary guest in {@link
 * InputFeed}, client and guest in {@link TranslationTable}.
 *
 * @param flow connection; owned by this record
 * @param sequenceDelta for the guest's sequence numbers (and so the client's acknowledgements)
 * @param timestampDelta for the guest's TSvals (and so the client's TSecrs)
 * @param clientDelta for the client's sequence numbers (and so the guest's acknowledgements)
 */
public record Translation(FlowKey flow, int sequenceDelta, int timestampDelta, int clientDelta) {
  /** One in which the client's own numbers are equal. */
  public Translation(FlowKey flow, int sequenceDelta, int timestampDelta) {
    this(flow, sequenceDelta, timestampDelta, 0);
  }

  /** Whether the numbers are equal. */
  public boolean isNone() {
    return sequenceDelta == 0 && timestampDelta == 0 && clientDelta == 0;
  }
}
