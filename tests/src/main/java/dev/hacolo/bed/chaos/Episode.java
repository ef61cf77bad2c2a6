package dev.hacolo.bed.chaos;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * From one protection to the next: what goes wrong meanwhile. At most one fault that may cost a
 * copy, and up to two that make deciding about it harder, before it, with it or behind it.
 *
 * @param number from 1
 * @param pace how fast clients are
 * @param own per mille of requests that each copy answers by itself
 * @param meetingMs how often all clients ask at once
 * @param strikes what goes wrong, in order of its beginning; not empty
 */
record Episode(int number, String pace, int own, int meetingMs, List<Strike> strikes) {
  private static final List<String> PACES = List.of("usual", "busy");
  private static final List<Integer> OWN = List.of(2, 15, 80);
  private static final List<Integer> MEETINGS = List.of(80, 400, 1000);
  private static final List<Set<Fault>> OF_ONE_PROCESS =
      List.of(
          EnumSet.of(Fault.SERVICE_KILLED, Fault.SERVICE_PAUSED),
          EnumSet.of(Fault.OTHER_SERVICE_KILLED, Fault.OTHER_SERVICE_PAUSED));
  private static final int EARLIEST_MS = 500;
  private static final int LATEST_MS = 4000;
  private static final int SHORTEST_MS = 100;
  private static final int LONGEST_MS = 8000;
  private static final int MOST_OTHERS = 2;
  private static final int NONE_ONE_IN = 8;
  private static final int NEAR_MS = 1500;

  Episode {
    strikes = List.copyOf(strikes);
  }

  /** The service is away for a long time, and halfway through it the primary's QEMU dies. */
  static Episode withoutService(int number, int awayMs) {
    return new Episode(
        number,
        "usual",
        OWN.get(0),
        MEETINGS.get(1),
        List.of(
            new Strike(Fault.SERVICE_KILLED, EARLIEST_MS, awayMs),
            new Strike(Fault.OTHER_SERVICE_KILLED, EARLIEST_MS, awayMs),
            new Strike(Fault.PRIMARY_QEMU_KILLED, EARLIEST_MS + awayMs / 2, SHORTEST_MS)));
  }

  /**
   * A random one.
   *
   * @param allowed what may go wrong; at least one of it
   */
  static Episode of(int number, SplittableRandom random, Set<Fault> allowed) {
    List<Strike> strikes = new ArrayList<>();
    int moment = random.nextInt(EARLIEST_MS, LATEST_MS);
    Set<Fault> left = EnumSet.copyOf(allowed);
    if (random.nextInt(NONE_ONE_IN) > 0 || allowed.stream().allMatch(Fault::costsCopy)) {
      strike(true, moment, left, random).ifPresent(strikes::add);
    }
    int others = random.nextInt(MOST_OTHERS + 1);
    for (int i = strikes.isEmpty() ? -1 : 0; i < others; i++) {
      int near = moment + random.nextInt(-NEAR_MS, NEAR_MS);
      strike(false, Math.max(0, near), left, random).ifPresent(strikes::add);
    }
    strikes.sort((a, b) -> Integer.compare(a.atMs(), b.atMs()));
    return new Episode(
        number, one(PACES, random), one(OWN, random), one(MEETINGS, random), strikes);
  }

  /** A fault that is not there yet, if there is another one of its kind. */
  private static Optional<Strike> strike(
      boolean costsCopy, int atMs, Set<Fault> left, SplittableRandom random) {
    List<Fault> allowed = left.stream().filter(f -> f.costsCopy() == costsCopy).toList();
    if (allowed.isEmpty()) {
      return Optional.empty();
    }
    Fault fault = one(allowed, random);
    left.remove(fault);
    // A process that is dead cannot be paused, and the other way round.
    for (Set<Fault> kinds : OF_ONE_PROCESS) {
      if (kinds.contains(fault)) {
        left.removeAll(kinds);
      }
    }
    return Optional.of(new Strike(fault, atMs, random.nextInt(SHORTEST_MS, LONGEST_MS)));
  }

  private static <T> T one(List<T> of, SplittableRandom random) {
    return of.get(random.nextInt(of.size()));
  }
}
