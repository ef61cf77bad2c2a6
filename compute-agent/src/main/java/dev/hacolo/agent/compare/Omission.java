package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;

/**
 * Answers that were pre-released and that the client has acknowledged. Nobody needs them from the
 * secondary VM any more, so it need not be given their requests, if these leave no trace in it:
 * both are left out of its connection, and the numbers behind them are translated from then on.
 * Until the acknowledgement the requests are kept: the VM that takes over may have to send the
 * answers.
 *
 * @param flow connection; owned by this record
 * @param first number of the oldest input that is answered, see {@link OutputRecord.Stream#answers}
 * @param last number of the newest one
 * @param from position of the first answer, as the primary VM counts
 * @param end position behind the last one, as the primary VM counts
 * @param own {@code from} as the secondary VM counts
 */
public record Omission(FlowKey flow, long first, long last, int from, int end, int own) {
  /** Whether a record is about nothing else. */
  boolean covers(OutputRecord.Stream output) {
    int behind = output.from() + output.length();
    return !output.has(Packet.SYN | Packet.FIN | Packet.RST)
        && output.from() - from >= 0
        && end - behind >= 0;
  }
}
