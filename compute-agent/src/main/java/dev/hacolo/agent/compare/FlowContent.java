package dev.hacolo.agent.compare;

import org.jspecify.annotations.Nullable;

/** The content of one connection that an {@link InputFeed} holds, in two lists. */
final class FlowContent {
  // What the secondary VM has not acknowledged, lowest first; lowestWaiting was not injected into
  // the state that runs.
  private @Nullable HeldInput lowest;
  private @Nullable HeldInput highest;
  private @Nullable HeldInput lowestWaiting;
  private long bytes;
  private long youngBytes;

  // What the state that runs has, in the order in which that was found out.
  private @Nullable HeldInput settledLast;

  @Nullable HeldInput lowest() {
    return lowest;
  }

  @Nullable HeldInput highest() {
    return highest;
  }

  @Nullable HeldInput lowestWaiting() {
    return lowestWaiting;
  }

  @Nullable HeldInput settledLast() {
    return settledLast;
  }

  /** Bytes without those that are settled. */
  long bytes() {
    return bytes;
  }

  boolean wantsCheckpoint(long bound) {
    return bytes > bound / 2 && youngBytes > bound / 8;
  }

  /** By position; of two with the same position the first stays first. */
  void add(HeldInput input) {
    input.settled = false;
    boolean lowestOfAll = lowest != null && input.from - lowest.from < 0;
    HeldInput below = lowestOfAll ? null : highest;
    while (below != null && input.from - below.from < 0) {
      below = below.lower;
    }
    HeldInput above = below == null ? lowest : below.higher;
    input.lower = below;
    input.higher = above;
    if (below == null) {
      lowest = input;
    } else {
      below.higher = input;
    }
    if (above == null) {
      highest = input;
    } else {
      above.lower = input;
    }
    if (lowestWaiting == null || input.from - lowestWaiting.from < 0) {
      lowestWaiting = input;
    }
    bytes += input.cost();
    youngBytes += input.counted ? input.cost() : 0;
  }

  /** Content that is in no list of the connection. */
  void settle(HeldInput input) {
    input.settled = true;
    input.lower = settledLast;
    input.higher = null;
    if (settledLast != null) {
      settledLast.higher = input;
    }
    settledLast = input;
  }

  void remove(HeldInput input) {
    if (input.settled) {
      removeSettled(input);
      return;
    }
    if (lowestWaiting == input) {
      lowestWaiting = waitingFrom(input.higher);
    }
    if (input.lower == null) {
      lowest = input.higher;
    } else {
      input.lower.higher = input.higher;
    }
    if (input.higher == null) {
      highest = input.lower;
    } else {
      input.higher.lower = input.lower;
    }
    bytes -= input.cost();
    aged(input);
  }

  private void removeSettled(HeldInput input) {
    if (input.lower != null) {
      input.lower.higher = input.higher;
    }
    if (input.higher == null) {
      settledLast = input.lower;
    } else {
      input.higher.lower = input.lower;
    }
  }

  void aged(HeldInput input) {
    if (input.counted && !input.settled) {
      youngBytes -= input.cost();
    }
  }

  void injected(HeldInput input) {
    input.injected = true;
    if (lowestWaiting == input) {
      lowestWaiting = waitingFrom(input.higher);
    }
  }

  private static @Nullable HeldInput waitingFrom(@Nullable HeldInput input) {
    HeldInput next = input;
    while (next != null && next.injected) {
      next = next.higher;
    }
    return next;
  }

  /** Nothing of it was injected into the state that runs. */
  void allWait() {
    for (HeldInput next = lowest; next != null; next = next.higher) {
      next.injected = false;
    }
    load();
  }

  /** Another state runs; what each input was injected into is seen to by the caller. */
  void load() {
    lowestWaiting = lowest;
  }
}
