package dev.hacolo.agent.compare;

import org.jspecify.annotations.Nullable;

/** All inputs that are held, as they arrived, and what they cost. */
final class HeldInputs {
  private final FeedBounds bounds;
  private @Nullable HeldInput first;
  private @Nullable HeldInput last;
  private long frames;
  private long settledFrames;
  private long bytes;
  private long youngBytes;
  private boolean checkpointDue;

  HeldInputs(FeedBounds bounds) {
    this.bounds = bounds;
  }

  @Nullable HeldInput first() {
    return first;
  }

  boolean fits(int cost, @Nullable FeedFlow flow) {
    return bytes + cost <= bounds.bytes()
        && (flow == null || flow.content.bytes() + cost <= bounds.flowBytes());
  }

  void add(HeldInput input) {
    input.earlier = last;
    if (last == null) {
      first = input;
    } else {
      last.later = input;
    }
    last = input;
    frames++;
    bytes += input.cost();
    youngBytes += input.cost();
    input.counted = true;
    FeedFlow flow = input.flow;
    if (flow != null) {
      flow.content.add(input);
    }
    boolean half = bytes > bounds.bytes() / 2 && youngBytes > bounds.bytes() / 8;
    checkpointDue |= half || (flow != null && flow.content.wantsCheckpoint(bounds.flowBytes()));
  }

  void remove(HeldInput input) {
    input.parked = false;
    HeldInput earlier = input.earlier;
    HeldInput later = input.later;
    if (earlier == null) {
      first = later;
    } else {
      earlier.later = later;
    }
    if (later == null) {
      last = earlier;
    } else {
      later.earlier = earlier;
    }
    frames--;
    settledFrames -= input.settled ? 1 : 0;
    bytes -= input.cost();
    if (input.counted) {
      youngBytes -= input.cost();
    }
    if (input.flow != null) {
      input.flow.content.remove(input);
    }
  }

  /** The secondary VM has this content; it is kept in case that the next state does not. */
  void settle(HeldInput input) {
    FeedFlow flow = input.flow;
    if (flow != null && !input.settled) {
      input.parked = false;
      flow.content.remove(input);
      settledFrames++;
      flow.content.settle(input);
    }
  }

  /** The content is to be injected again. */
  void unsettle(HeldInput input) {
    FeedFlow flow = input.flow;
    if (flow != null && input.settled) {
      flow.content.remove(input);
      settledFrames--;
      flow.content.add(input);
    }
  }

  /** Inputs that the secondary VM has not. */
  long waiting() {
    return frames - settledFrames;
  }

  /** A checkpoint that was made for it would not free this input again. */
  void aged(HeldInput input) {
    if (input.counted) {
      youngBytes -= input.cost();
      if (input.flow != null) {
        input.flow.content.aged(input);
      }
      input.counted = false;
    }
  }

  long frames() {
    return frames;
  }

  long bytes() {
    return bytes;
  }

  boolean checkpointDue() {
    return checkpointDue;
  }

  void wantCheckpoint() {
    checkpointDue = true;
  }

  void checkpointed() {
    checkpointDue = false;
  }
}
