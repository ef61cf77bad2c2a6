package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Frame;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What comes before it is known which state it belongs to, in its order and at most so much. */
final class NextEpoch {
  /** A record behind the mark of a checkpoint. */
  record Waiting(long epoch, OutputRecord output) {}

  /** An output of the secondary VM. */
  record Output(int nic, Frame frame) {}

  private final ArrayDeque<Waiting> records = new ArrayDeque<>();
  private final ArrayDeque<Output> outputs = new ArrayDeque<>();
  private final int maxRecords;
  private final long maxBytes;
  private long bytes;

  NextEpoch(int maxRecords, long maxBytes) {
    this.maxRecords = maxRecords;
    this.maxBytes = maxBytes;
  }

  /** Keeps a record; false if there is no room. */
  boolean add(long epoch, OutputRecord output) {
    return records.size() < maxRecords && records.add(new Waiting(epoch, output));
  }

  /** Keeps an output; false if there is no room. */
  boolean add(int nic, Frame frame) {
    int size = frame.bytes().length + SecondaryStream.OVERHEAD;
    if (bytes + size > maxBytes) {
      return false;
    }
    bytes += size;
    return outputs.add(new Output(nic, frame));
  }

  /** Takes the next record of this or an earlier epoch, null without. */
  @Nullable Waiting record(long epoch) {
    Waiting next = records.peek();
    return next == null || next.epoch() > epoch ? null : records.remove();
  }

  /** Takes the next output, null without. */
  @Nullable Output output() {
    Output next = outputs.poll();
    bytes = next == null ? 0 : bytes - next.frame().bytes().length - SecondaryStream.OVERHEAD;
    return next;
  }

  int records() {
    return records.size();
  }
}
