package dev.hacolo.service.orchestration;

import dev.hacolo.common.api.SessionReport;
import dev.hacolo.service.domain.HostView;
import dev.hacolo.service.domain.Hosts;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Notices syncs that make no progress. A restart of the service starts the time anew. */
final class StallTracker {
  private final ConcurrentHashMap<UUID, Progress> progress = new ConcurrentHashMap<>();
  private final Duration limit;
  private final LongSupplier nanoTime;

  StallTracker(Duration limit, LongSupplier nanoTime) {
    this.limit = limit;
    this.nanoTime = nanoTime;
  }

  private record Progress(long generation, List<String> marks, long since) {}

  boolean stalled(Pair pair, Hosts hosts) {
    if (pair.state() != PairState.SYNCING) {
      progress.remove(pair.id());
      return false;
    }
    long now = nanoTime.getAsLong();
    List<String> marks = marks(pair, hosts);
    Progress seen =
        progress.compute(
            pair.id(),
            (id, before) ->
                before != null
                        && before.generation() == pair.generation()
                        && before.marks().equals(marks)
                    ? before
                    : new Progress(pair.generation(), marks, now));
    return now - seen.since() > limit.toNanos();
  }

  private static List<String> marks(Pair pair, Hosts hosts) {
    List<String> marks = new ArrayList<>();
    Stream.of(pair.members().primary(), pair.members().secondary())
        .flatMap(Optional::stream)
        .map(host -> Optional.ofNullable(hosts.byName().get(host)))
        .flatMap(Optional::stream)
        .map((HostView view) -> view.session(pair.id()))
        .flatMap(Optional::stream)
        .forEach(session -> marks.add(mark(session)));
    return marks;
  }

  private static String mark(SessionReport session) {
    return "%d %s %d %d %d"
        .formatted(
            session.generation(),
            session.phase(),
            session.diskPercent(),
            session.ramPercent(),
            session.checkpoints());
  }

  void keepOnly(Set<UUID> pairs) {
    progress.keySet().retainAll(pairs);
  }
}
