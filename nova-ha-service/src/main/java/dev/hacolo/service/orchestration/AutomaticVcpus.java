package dev.hacolo.service.orchestration;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.PathLoad;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.domain.FlavorSpec;
import dev.hacolo.service.domain.FlavorSpecParser;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairState;
import dev.hacolo.service.domain.SecondaryVcpus;
import dev.hacolo.service.domain.Transition;
import dev.hacolo.service.domain.Transitions;
import dev.hacolo.service.domain.VcpuController;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.Lane;
import dev.hacolo.service.store.PairStore;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Automatic mode: feeds each pair's {@link VcpuController} with what its primary's agent reports,
 * and commits the changes. Never blocks; thread-safe.
 */
public final class AutomaticVcpus {
  private static final Logger log = LoggerFactory.getLogger(AutomaticVcpus.class);
  private static final long NANOS_PER_MS = 1_000_000;
  private static final long LOOK_MS = 10_000;
  private static final int MOST_PAIRS = 10_000;

  private final PairStore pairs;
  private final Journal journal;
  private final Charging charging;
  private final Lane lane;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<UUID, Watched> watched = new ConcurrentHashMap<>();

  AutomaticVcpus(
      PairStore pairs,
      Journal journal,
      Charging charging,
      Lane lane,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.pairs = pairs;
    this.journal = journal;
    this.charging = charging;
    this.lane = lane;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** One generation of a pair; guarded by itself. */
  private static final class Watched {
    final long generation;
    long lookedAt;
    Optional<VcpuController> controller = Optional.empty();

    Watched(long generation, long now) {
      this.generation = generation;
      lookedAt = now - LOOK_MS;
    }
  }

  /** A report arrived. */
  public void seen(HostReport report) {
    for (SessionReport session : report.sessions()) {
      PathLoad load = session.pathLoad();
      if (session.target() != SessionTarget.PRIMARY) {
        continue;
      }
      if (session.phase() != SessionPhase.PROTECTED) {
        watched.remove(session.pairId());
      } else if (load != null) {
        look(session, load, nanoTime.getAsLong() / NANOS_PER_MS);
      }
    }
  }

  private void look(SessionReport session, PathLoad load, long now) {
    if (watched.size() >= MOST_PAIRS) {
      watched.clear(); // pairs that are gone; the others begin anew
    }
    Watched mine =
        watched.compute(
            session.pairId(),
            (id, known) ->
                known == null || known.generation != session.generation()
                    ? new Watched(session.generation(), now)
                    : known);
    synchronized (mine) {
      if (now - mine.lookedAt < LOOK_MS) {
        return;
      }
      mine.lookedAt = now;
    }
    lane.run(
            () -> {
              look(session.pairId(), mine, load, now);
              return true;
            })
        .onFailure(e -> log.debug("pair {}: {}", session.pairId(), e.getMessage()));
  }

  private void look(UUID id, Watched mine, PathLoad load, long now)
      throws DatabaseUnavailableException {
    Optional<Pair> found = pairs.find(id).map(PairStore.Stored::pair).filter(p -> isDue(p, mine));
    Optional<FlavorSpec> spec = found.map(Pair::instance).flatMap(FlavorSpecParser::valid);
    synchronized (mine) {
      if (found.isEmpty() || spec.isEmpty()) {
        mine.controller = Optional.empty();
        return;
      }
      Pair pair = found.get();
      int active = pair.secondaryVcpus().count();
      VcpuController controller =
          mine.controller
              .filter(c -> c.active() == active)
              .orElseGet(
                  () -> new VcpuController(pair.instance().vcpus(), active, spec.get(), now));
      mine.controller = Optional.of(controller);
      Optional<VcpuController.Change> change = controller.on(load, now);
      if (change.isPresent() && !carriedOut(pair, change.get())) {
        controller.refused(active);
      }
    }
  }

  private static boolean isDue(Pair pair, Watched mine) {
    return pair.state() == PairState.PROTECTED
        && pair.generation() == mine.generation
        && pair.secondaryVcpus().mode() == SecondaryVcpus.Mode.AUTO
        && pair.releaseCause().isEmpty();
  }

  private boolean carriedOut(Pair pair, VcpuController.Change change)
      throws DatabaseUnavailableException {
    SecondaryVcpus vcpus = new SecondaryVcpus(SecondaryVcpus.Mode.AUTO, change.active());
    Transition transition = Transitions.secondaryVcpus(pair, vcpus, change.why(), clock.instant());
    Optional<String> refused = charging.before(pair, transition.after());
    if (refused.isPresent()) {
      log.warn("pair {}: more vCPUs are needed, but {}", pair.id(), refused.get());
      return false;
    }
    boolean committed = pairs.commit(transition, clock.instant());
    if (committed) {
      journal.committed(transition);
    }
    return committed;
  }
}
