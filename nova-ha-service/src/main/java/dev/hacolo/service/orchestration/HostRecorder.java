package dev.hacolo.service.orchestration;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.service.store.HostStore;
import dev.hacolo.service.store.Lane;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Writes a host's report down when something durable in it changed, else every 10 s at most: no
 * database write for each heartbeat. Never blocks.
 */
public final class HostRecorder {
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final HostStore hosts;
  private final Lane lane;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<String, Written> written = new ConcurrentHashMap<>();

  HostRecorder(HostStore hosts, Lane lane, InstantSource clock, LongSupplier nanoTime) {
    this.hosts = hosts;
    this.lane = lane;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  private record Written(List<Object> durable, long at) {}

  /** A report arrived. */
  public void seen(HostReport report) {
    Written mine = new Written(durable(report), nanoTime.getAsLong());
    Written before = written.get(report.host());
    boolean due =
        before == null
            || !before.durable().equals(mine.durable())
            || mine.at() - before.at() >= EVERY.toNanos();
    if (due) {
      written.put(report.host(), mine);
      lane.run(
              () -> {
                hosts.save(report, clock.instant());
                return report.host();
              })
          .onFailure(fault -> written.remove(report.host(), mine));
    }
  }

  private static List<Object> durable(HostReport report) {
    return List.of(
        report.incarnation(),
        report.agentVersion(),
        report.apiUrl(),
        report.address(),
        report.peerPort(),
        report.capabilities(),
        report.failureDomain(),
        report.problems());
  }
}
