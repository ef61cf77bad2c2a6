package dev.hacolo.agent.prerelease;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.hacolo.agent.compare.OutputRecord;
import dev.hacolo.agent.compare.Segments;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.ArrayDeque;

/** Both ends of a connection, whose guest takes everything in order and acknowledges it. */
final class StrictClient {
  private final StrictBed bed;
  private final int guestPort;
  private final int port;
  private final ArrayDeque<OutputRecord> unanswered = new ArrayDeque<>();
  private int asked = 100;
  private int answered = 1000;

  StrictClient(StrictBed bed, int guestPort, int port) {
    this.bed = bed;
    this.guestPort = guestPort;
    this.port = port;
  }

  void open() {
    bed.input(segment(Packet.SYN, asked - 1, ""));
    output(Packet.SYN | Packet.ACK, answered - 1, "");
    equal();
    bed.input(segment(Packet.ACK, asked, ""));
  }

  /** Another connection of the same ports. */
  void openAgain() {
    asked += 100_000;
    answered += 100_000;
    open();
  }

  private Frame segment(int flags, int sequence, String text) {
    Segments segments = new Segments().fromGuest(false).ports(guestPort, port);
    return segments.tcp(flags, sequence, answered, text.getBytes(ISO_8859_1));
  }

  /** The client sends the next bytes. */
  StrictClient asks(String text) {
    bed.input(segment(Packet.ACK, asked, text));
    asked += text.length();
    return this;
  }

  /** The client sends bytes that begin so far behind the next ones; negative: before them. */
  void asksAt(int distance, String text) {
    bed.input(segment(Packet.ACK, asked + distance, text));
  }

  /** The client's stream goes on behind bytes that were sent out of their order. */
  void skip(int bytes) {
    asked += bytes;
  }

  /** The guest sends one segment; whether it has left. */
  boolean answers(String text) {
    boolean early = output(Packet.ACK, answered, text);
    answered += text.length();
    return early;
  }

  /** The guest sends bytes that begin so far behind the next ones. */
  boolean answersAt(int distance, String text) {
    return output(Packet.ACK, answered + distance, text);
  }

  private boolean output(int flags, int sequence, String text) {
    int left = bed.released.size();
    int records = bed.records.size();
    bed.output(
        new Segments()
            .ports(guestPort, port)
            .tcp(flags, sequence, asked, text.getBytes(ISO_8859_1)));
    unanswered.addAll(bed.records.subList(records, bed.records.size()));
    return bed.released.size() > left;
  }

  /** B finds all that the guest has sent equal. */
  StrictClient equal() {
    for (OutputRecord r = unanswered.poll(); r != null; r = unanswered.poll()) {
      bed.equal(r);
    }
    return this;
  }
}
