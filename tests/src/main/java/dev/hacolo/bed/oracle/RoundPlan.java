package dev.hacolo.bed.oracle;

import dev.hacolo.bed.oracle.load.Workload;
import dev.hacolo.bed.oracle.steps.ProtocolStep;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * How a round is to go.
 *
 * @param number its number, from 1
 * @param loss what becomes of the primary
 * @param afterMs moment of the kill, in ms after the guest is protected
 * @param pace how fast the clients are
 * @param own per mille of requests to the token service that each copy answers by itself: from a
 *     divergence now and then, so that epochs are long, to one checkpoint after the other
 * @param meetingMs how often all clients ask at the same moment, in ms
 * @param lagMs if it is positive, the kill waits for the next such moment and so many ms more: then
 *     the two copies are likeliest to have said different things
 * @param at step at which an agent stands when the primary is killed, the first after that moment
 *     that is not among those which are let pass; null: no step is waited for
 * @param passes how often the step is let pass
 */
record RoundPlan(
    int number,
    Loss loss,
    int afterMs,
    String pace,
    int own,
    int meetingMs,
    int lagMs,
    @Nullable ProtocolStep at,
    int passes) {
  private static final List<String> PACES = List.of("usual", "busy");
  private static final List<Integer> OWN = List.of(2, 15, 80);
  private static final List<Integer> MEETINGS = List.of(80, 400, 1000);
  private static final int LONGEST_LAG_MS = 80;

  /** Long enough for all items to be looked at between two meetings. */
  private static final int QUEUE_MEETING_MS = 1000;

  private static final long NANOS_PER_MS = 1_000_000;

  /**
   * The moment of the kill, in ns of {@link System#nanoTime}.
   *
   * @param now the moment at which the guest is protected
   */
  long due(long now) {
    long due = now + afterMs * NANOS_PER_MS;
    long period = meetingMs * NANOS_PER_MS;
    return lagMs == 0 ? due : due + period - Math.floorMod(due, period) + lagMs * NANOS_PER_MS;
  }

  static RoundPlan of(int number, OracleOptions options, SplittableRandom random) {
    List<ProtocolStep> steps = options.steps();
    ProtocolStep at = steps.isEmpty() ? null : inTurn(steps, number);
    return new RoundPlan(
        number,
        inTurn(options.losses(), number),
        random.nextInt(options.earliestMs(), options.latestMs() + 1),
        PACES.get(random.nextInt(PACES.size())),
        OWN.get(random.nextInt(OWN.size())),
        options.workload() == Workload.QUEUE
            ? QUEUE_MEETING_MS
            : MEETINGS.get(random.nextInt(MEETINGS.size())),
        random.nextBoolean() ? random.nextInt(1, LONGEST_LAG_MS) : 0,
        at,
        at == null ? 0 : random.nextInt(at.mostPasses()));
  }

  private static <T> T inTurn(List<T> all, int number) {
    return all.get((number - 1) % all.size());
  }
}
