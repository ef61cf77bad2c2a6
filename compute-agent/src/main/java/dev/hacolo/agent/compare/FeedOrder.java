package dev.hacolo.agent.compare;

import dev.hacolo.agent.compare.InputHint.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * In which order the secondary VM is given what clients ask, as far as the primary's agent has
 * understood it ({@link InputHint}). A VM that is given many requests at once carries them out in
 * an order of its own, and would answer otherwise than the primary VM did. So:
 *
 * <ul>
 *   <li>Requests of one service that may not change places are not with the VM at the same time:
 *       the later one waits until the earlier one has its answer.
 *   <li>The earlier one is that which the primary VM answered first. A request that changes
 *       something waits until that is known.
 *   <li>Reads whose answers are pre-released wait a moment: no client waits for them here. They go
 *       many at a time, which costs the VM less, and let pass whatever a client does wait for.
 *       Those that leave no trace wait until they can be left out ({@link Omission}), up to a
 *       bound.
 * </ul>
 *
 * <p>A connection's content keeps its order. An input that is parked counts as not injected: the
 * rules of the feed for such content hold, above all that it is kept. After a load and when the VM
 * serves nothing is parked.
 *
 * <p>What is decided here is only when. If the hints are wrong, or an answer does not come,
 * requests go a little later, or in the order in which they came.
 */
final class FeedOrder {
  /** So long an early read waits for others, at least. */
  static final long DEFER_NANOS = 5_000_000;

  /**
   * So long it waits for its client to acknowledge the answer, if it can then be left out: longer
   * than a client delays an acknowledgement (Linux: 40 ms).
   */
  static final long OMISSION_NANOS = 60_000_000;

  /** After so long without an answer nothing waits for it any more. */
  static final long PATIENCE_NANOS = 150_000_000;

  /** More than this is never parked. */
  static final int MAX_PARKED = 4096;

  /** Early reads that are given at a time. */
  static final int BATCH = 32;

  /** With fewer requests than this the VM has time for early reads. */
  static final int FEW = 8;

  /** So long nothing is expected of a connection that did not answer. */
  static final long UNHINTED_NANOS = 1_000_000_000;

  private static final int MOST_ROUNDS = 16;

  private final Consumer<FeedFlow> pump;

  /** As they arrived. Some may have been dropped or let go elsewhere since. */
  private final List<HeldInput> parked = new ArrayList<>();

  /** Those of them that change something. */
  private final List<HeldInput> changes = new ArrayList<>();

  /** With the VM, in the order in which they were given. */
  private final List<HeldInput> given = new ArrayList<>();

  private long answers;
  private boolean anyWanted;

  /**
   * Nothing waits.
   *
   * @param pump injects what may be injected of a connection
   */
  FeedOrder(Consumer<FeedFlow> pump) {
    this.pump = pump;
  }

  /** Whether content that nothing else holds back may go now; if not, it is parked. */
  boolean passes(HeldInput input, long now) {
    Kind kind = input.hint.kind();
    if (kind == Kind.NONE) {
      return true;
    }
    if (parked.size() >= MAX_PARKED) {
      clear().forEach(pump);
      return true;
    }
    if (kind == Kind.READ && !isBlocked(input)) {
      give(input, now);
      return true;
    }
    park(input);
    return false;
  }

  /** Content behind parked content of its connection. */
  void follows(HeldInput input, long now) {
    if (parked.size() >= MAX_PARKED) {
      clear().forEach(pump);
      return;
    }
    park(input);
    if (anyWanted) {
      go(now);
    }
  }

  private void park(HeldInput input) {
    input.parked = true;
    parked.add(input);
    if (input.isChange()) {
      changes.add(input);
    }
    if (!input.hint.isEarly()) {
      want(input);
    }
  }

  /** All that an input waits for is wanted too. */
  private void want(HeldInput input) {
    List<HeldInput> wanted = new ArrayList<>();
    input.wanted = true;
    anyWanted = true;
    wanted.add(input);
    for (int i = 0; i < wanted.size(); i++) {
      HeldInput waits = wanted.get(i);
      for (HeldInput other : parked) {
        if (other.parked && !other.wanted && waits.goesAfter(other)) {
          other.wanted = true;
          wanted.add(other);
        }
      }
    }
  }

  private boolean isBlocked(HeldInput input) {
    // Reads do not wait for reads.
    for (HeldInput other : input.isChange() ? parked : changes) {
      if (other.parked && other != input && input.waitsFor(other)) {
        return true;
      }
    }
    for (HeldInput other : given) {
      if (other.conflicts(input)) {
        return true;
      }
    }
    return false;
  }

  private void give(HeldInput input, long now) {
    if (input.hint.kind() != Kind.NONE) {
      input.givenAt = now;
      given.add(input);
    }
  }

  /** Lets all go that is wanted and need not wait. */
  private void go(long now) {
    boolean more = true;
    for (int round = 0; more && round < MOST_ROUNDS; round++) {
      more = false;
      for (HeldInput input : parked) {
        FeedFlow flow = input.flow;
        if (flow != null && input.parked && input.wanted && isReady(input)) {
          more |= letGo(flow, now);
        }
      }
    }
    parked.removeIf(input -> !input.parked);
    changes.removeIf(input -> !input.parked);
    anyWanted = false;
    for (HeldInput input : parked) {
      anyWanted |= input.wanted;
    }
  }

  /**
   * What may go of a connection, together.
   *
   * @return whether something else may go for that
   */
  private boolean letGo(FeedFlow flow, long now) {
    boolean more = false;
    HeldInput next = flow.content.lowestWaiting();
    while (next != null && next.parked && next.wanted && isReady(next)) {
      next.parked = false;
      give(next, now);
      more |= next.isChange();
      pump.accept(flow);
      next = flow.content.lowestWaiting();
    }
    return more;
  }

  private boolean isReady(HeldInput input) {
    boolean known = !input.isChange() || input.rank != HeldInput.UNRANKED;
    boolean first = input.flow == null || input.flow.content.lowestWaiting() == input;
    return known && first && !isBlocked(input);
  }

  /** The primary VM has answered the inputs of a connection up to a number. */
  void primaryAnswered(FeedFlow flow, long number, boolean clientWaits, long now) {
    boolean found = false;
    for (HeldInput input : parked) {
      if (input.flow == flow && input.number <= number && input.parked) {
        found |= rank(input, clientWaits);
      }
    }
    if (found) {
      go(now);
    }
  }

  /** Returns whether it may go now for that reason. */
  private boolean rank(HeldInput input, boolean clientWaits) {
    if (input.rank == HeldInput.UNRANKED) {
      input.rank = ++answers;
    }
    if (input.wanted || clientWaits) {
      want(input);
    }
    return input.wanted;
  }

  /** The inputs of a connection up to a number were left out: nothing waits for them. */
  void omitted(FeedFlow flow, long number, long now) {
    parked.removeIf(input -> input.flow == flow && input.number <= number);
    pump.accept(flow);
    if (anyWanted) {
      go(now);
    }
  }

  /** Both VMs have answered the inputs of a connection up to a number. */
  void bothAnswered(FeedFlow flow, long number, long now) {
    if (given.removeIf(input -> input.flow == flow && input.number <= number)) {
      next(now);
    }
  }

  /** To be called about every 10 ms. */
  void tick(long now) {
    given.removeIf(input -> isOverdue(input, input.givenAt, now));
    for (HeldInput input : parked) {
      if (input.rank == HeldInput.UNRANKED && isOverdue(input, input.arrived, now)) {
        rank(input, false);
      }
    }
    next(now);
  }

  private static boolean isOverdue(HeldInput input, long since, long now) {
    boolean overdue = now - since >= PATIENCE_NANOS;
    if (overdue && input.flow != null) {
      input.flow.unhint(now + UNHINTED_NANOS);
    }
    return overdue;
  }

  private void next(long now) {
    if (given.size() < FEW) {
      wantBatch(now);
    }
    if (anyWanted) {
      go(now);
    }
  }

  /** Of one connection, as far as possible: requests that come together cost the VM least. */
  private void wantBatch(long now) {
    int left = BATCH;
    for (int i = 0; i < parked.size() && left > 0; i++) {
      HeldInput oldest = parked.get(i);
      if (now - oldest.arrived < DEFER_NANOS) {
        return;
      }
      if (oldest.parked && !oldest.wanted && now - oldest.arrived >= patience(oldest)) {
        left -= wantOf(oldest.flow, i, left);
      }
    }
  }

  private static long patience(HeldInput input) {
    return input.hint.kind() == Kind.TRACELESS_READ ? OMISSION_NANOS : DEFER_NANOS;
  }

  private int wantOf(@Nullable FeedFlow flow, int from, int most) {
    int wanted = 0;
    for (int i = from; i < parked.size() && wanted < most; i++) {
      HeldInput input = parked.get(i);
      if (input.flow == flow && !input.wanted) {
        want(input);
        wanted++;
      }
    }
    return wanted;
  }

  /** Age of the oldest input that is parked, in nanoseconds. */
  long behind(long now) {
    for (HeldInput input : parked) {
      if (input.parked) {
        return now - input.arrived;
      }
    }
    return 0;
  }

  /**
   * Nothing is parked any more, and nothing waits for an answer.
   *
   * @return the connections of what was parked
   */
  List<FeedFlow> clear() {
    List<FeedFlow> flows = new ArrayList<>();
    for (HeldInput input : parked) {
      if (input.parked && input.flow != null) {
        flows.add(input.flow);
      }
      input.parked = false;
    }
    parked.clear();
    changes.clear();
    given.clear();
    anyWanted = false;
    return flows;
  }
}
