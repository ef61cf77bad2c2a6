package dev.hacolo.service.agent;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.service.domain.HostView;
import dev.hacolo.service.domain.Hosts;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last report of every agent, in memory. Liveness goes by a monotonic clock, so that a step of
 * the wall clock kills nobody. Thread-safe, never blocks.
 */
public final class AgentDirectory {
  /** Every agent holds a certificate of the deployment; this only keeps a mistake bounded. */
  private static final int MAX_HOSTS = 10_000;

  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
  private final long silenceNanos;
  private final LongSupplier nanoTime;
  private final long startedAt;
  private volatile Optional<Map<String, Hosts.ComputeStatus>> compute = Optional.empty();

  /**
   * Starts empty.
   *
   * @param silence an agent is away after this time without a report
   * @param nanoTime monotonic clock in nanoseconds
   */
  public AgentDirectory(Duration silence, LongSupplier nanoTime) {
    silenceNanos = silence.toNanos();
    this.nanoTime = nanoTime;
    startedAt = nanoTime.getAsLong();
  }

  private record Entry(HostReport report, long receivedAt) {}

  /** What a report means for others. */
  public sealed interface Effect {
    /** It is older than one that was seen, or there are too many hosts. */
    record Dropped(String reason) implements Effect {}

    /** Nothing but time and progress has changed. */
    record Unchanged() implements Effect {}

    /**
     * Something has changed.
     *
     * @param pairs pairs whose sessions changed
     * @param host whether the host itself did: it came, came back, or offers something else
     */
    record Changed(Set<UUID> pairs, boolean host) implements Effect {
      /** Copies the set. */
      public Changed {
        pairs = Set.copyOf(pairs);
      }
    }
  }

  /** Takes a report in. */
  public Effect accept(HostReport report) {
    if (entries.size() >= MAX_HOSTS && !entries.containsKey(report.host())) {
      return new Effect.Dropped("there are %d hosts already".formatted(MAX_HOSTS));
    }
    long now = nanoTime.getAsLong();
    Effect[] effect = {new Effect.Unchanged()};
    entries.compute(
        report.host(),
        (host, before) -> {
          if (before != null && isLater(before.report(), report)) {
            effect[0] = new Effect.Dropped("a later report of this incarnation has arrived");
            return before;
          }
          effect[0] = compare(before, report, now);
          return new Entry(report, now);
        });
    return effect[0];
  }

  private static boolean isLater(HostReport known, HostReport report) {
    return known.incarnation().equals(report.incarnation())
        && known.sequence() >= report.sequence();
  }

  private Effect compare(@Nullable Entry before, HostReport report, long now) {
    if (before == null || !alive(before, now)) {
      return new Effect.Changed(pairsOf(report), true);
    }
    HostReport old = before.report();
    Set<UUID> pairs = new HashSet<>();
    Map<UUID, SessionReport> known = new HashMap<>();
    old.sessions().forEach(session -> known.put(session.pairId(), session));
    for (SessionReport session : report.sessions()) {
      SessionReport was = known.remove(session.pairId());
      if (was == null || !sameButForProgress(was, session)) {
        pairs.add(session.pairId());
      }
    }
    pairs.addAll(known.keySet());
    boolean host =
        !old.incarnation().equals(report.incarnation())
            || !old.guests().equals(report.guests())
            || !old.problems().equals(report.problems())
            || !old.capabilities().equals(report.capabilities())
            || !old.apiUrl().equals(report.apiUrl());
    return pairs.isEmpty() && !host ? new Effect.Unchanged() : new Effect.Changed(pairs, host);
  }

  private static boolean sameButForProgress(SessionReport a, SessionReport b) {
    return a.generation() == b.generation()
        && a.target() == b.target()
        && a.phase() == b.phase()
        && a.guestRunning() == b.guestRunning()
        && Objects.equals(a.vcpuAllocation(), b.vcpuAllocation())
        && Objects.equals(a.endpoints(), b.endpoints());
  }

  private static Set<UUID> pairsOf(HostReport report) {
    Set<UUID> pairs = new HashSet<>();
    report.sessions().forEach(session -> pairs.add(session.pairId()));
    return pairs;
  }

  private boolean alive(Entry entry, long now) {
    return now - entry.receivedAt() < silenceNanos;
  }

  /** Nova's compute services, as last asked. */
  public void compute(Map<String, Hosts.ComputeStatus> services) {
    compute = Optional.of(Map.copyOf(services));
  }

  /** Everything that is known now. */
  public Hosts hosts() {
    long now = nanoTime.getAsLong();
    Map<String, HostView> views = new HashMap<>();
    entries.forEach(
        (host, entry) -> views.put(host, new HostView(entry.report(), alive(entry, now))));
    return new Hosts(views, now - startedAt >= silenceNanos, compute);
  }

  /** The last report of a host, however old. */
  public Optional<HostReport> report(String host) {
    return Optional.ofNullable(entries.get(host)).map(Entry::report);
  }

  /** Time since the last report of a host. */
  public Optional<Duration> age(String host) {
    return Optional.ofNullable(entries.get(host))
        .map(entry -> Duration.ofNanos(nanoTime.getAsLong() - entry.receivedAt()));
  }

  /** Names of all hosts that have reported. */
  public List<String> names() {
    return entries.keySet().stream().sorted().toList();
  }
}
