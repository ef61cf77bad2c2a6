package dev.hacolo.service.bed;

import dev.hacolo.common.api.CheckpointSummary;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.PathLoad;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.common.api.VcpuAllocation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Guests and sessions of a {@link FakeAgent}: what would be VMs and files. Thread-safe. */
public final class FakeSessions {
  private final Map<UUID, Session> sessions = new HashMap<>();
  private final Map<UUID, GuestDescription> guests = new HashMap<>();
  private final Set<SessionPhase> held = EnumSet.noneOf(SessionPhase.class);
  private final Consumer<SessionOrder> replicate;
  private @Nullable Consumer<SessionOrder> whenDetached;

  FakeSessions(Consumer<SessionOrder> replicate) {
    this.replicate = replicate;
  }

  private static final class Session {
    SessionOrder order;
    SessionPhase phase = SessionPhase.PREPARING;
    int percent;
    boolean guestRunning;
    @Nullable GuestDescription guest;
    @Nullable String reason;
    @Nullable CheckpointSummary checkpoints;
    @Nullable PathLoad load;

    Session(SessionOrder order) {
      this.order = order;
    }
  }

  synchronized void clear() {
    guests.clear();
    sessions.clear();
  }

  synchronized void addGuest(GuestDescription guest) {
    guests.put(guest.uuid(), guest);
  }

  synchronized boolean runs(UUID instance) {
    return guests.containsKey(instance);
  }

  synchronized void hold(SessionPhase phase) {
    held.add(phase);
  }

  synchronized void release() {
    held.clear();
    sessions.values().forEach(this::advance);
  }

  synchronized void whenDetached(Consumer<SessionOrder> listener) {
    whenDetached = listener;
  }

  synchronized void fail(UUID pairId, SessionPhase phase, String reason) {
    Session session = sessions.get(pairId);
    if (session != null) {
      session.phase = phase;
      session.reason = reason;
      session.guestRunning = false;
    }
  }

  /** Returns why a pair's copy cannot be handed over, null if it can. */
  synchronized @Nullable String mayHandOver(UUID pairId, long generation) {
    Session session = sessions.get(pairId);
    if (session == null
        || session.phase != SessionPhase.PROTECTED
        || session.order.target() != SessionTarget.PRIMARY) {
      return "the pair is not protected here";
    }
    return session.order.generation() == generation
        ? null
        : "the generation is %d".formatted(session.order.generation());
  }

  /** A pair's guest is stopped. */
  synchronized void stop(UUID pairId) {
    Session session = sessions.get(pairId);
    if (session != null) {
      session.guestRunning = false;
    }
  }

  /** Says how many checkpoints a pair's primary has taken in so many seconds, 50 ms each. */
  public synchronized void checkpoints(UUID pairId, long generation, long seconds, long count) {
    Session session = sessions.get(pairId);
    if (session != null) {
      session.checkpoints =
          new CheckpointSummary(
              generation,
              1000 * seconds,
              count,
              Map.of("divergence", count, "hold_time", 1L),
              50_000 * count,
              50_000);
    }
  }

  synchronized Optional<SessionReport> report(UUID pairId) {
    return Optional.ofNullable(sessions.get(pairId)).map(session -> toReport(pairId, session));
  }

  synchronized List<SessionReport> reports() {
    List<SessionReport> reports = new ArrayList<>();
    sessions.forEach((pairId, session) -> reports.add(toReport(pairId, session)));
    return reports;
  }

  synchronized List<HostReport.Guest> guests() {
    return guests.values().stream().map(guest -> new HostReport.Guest(guest, true)).toList();
  }

  synchronized boolean protect(UUID pairId, long generation) {
    Session session = sessions.get(pairId);
    if (session == null || session.order.generation() != generation || !session.phase.isSyncing()) {
      return false;
    }
    session.phase = SessionPhase.PROTECTED;
    session.percent = 100;
    return true;
  }

  /** Returns why not, null if it was taken. */
  synchronized @Nullable String take(SessionOrder order) {
    Session known = sessions.get(order.pairId());
    if (known != null && known.order.generation() > order.generation()) {
      return "generation %d is over".formatted(order.generation());
    }
    if (known != null
        && known.order.target() == order.target()
        && known.order.generation() == order.generation()
        && known.phase != SessionPhase.FAILED) {
      // As an agent does: the one thing that may change.
      int vcpus = order.policyOrDefault().secondaryVcpus();
      known.order = known.order.withPolicy(known.order.policyOrDefault().withSecondaryVcpus(vcpus));
      return null;
    }
    Session session = known == null ? new Session(order) : known;
    Consumer<SessionOrder> detached = whenDetached;
    if (session.phase == SessionPhase.PROTECTED && detached != null) {
      whenDetached = null;
      detached.accept(order);
    }
    SessionTarget before = session.order.target();
    session.order = order;
    sessions.put(order.pairId(), session);
    switch (order.target()) {
      case SECONDARY -> {
        session.guest = order.guest();
        session.phase = SessionPhase.PREPARING;
        advance(session);
      }
      case PRIMARY -> {
        session.guest = guests.get(order.instanceUuid());
        session.phase = SessionPhase.MIRRORING;
        session.percent = 50;
        session.guestRunning = session.guest != null;
        advance(session);
      }
      case SOLO -> {
        GuestDescription guest =
            session.guest == null ? guests.get(order.instanceUuid()) : session.guest;
        session.phase = guest == null ? SessionPhase.GONE : SessionPhase.SOLO;
        session.guestRunning = guest != null;
        if (guest != null) {
          guests.put(order.instanceUuid(), guest);
        }
      }
      case STAND_DOWN -> {
        guests.remove(order.instanceUuid());
        session.guestRunning = false;
        session.phase = SessionPhase.GONE;
      }
      case ABSENT -> {
        if (before == SessionTarget.STAND_DOWN) {
          guests.remove(order.instanceUuid());
        }
        sessions.remove(order.pairId());
      }
    }
    return null;
  }

  private void advance(Session session) {
    if (session.order.target() == SessionTarget.SECONDARY
        && session.phase == SessionPhase.PREPARING
        && !held.contains(SessionPhase.PREPARING)) {
      session.phase = SessionPhase.READY;
    }
    if (session.order.target() == SessionTarget.PRIMARY
        && session.phase == SessionPhase.MIRRORING
        && !held.contains(SessionPhase.MIRRORING)) {
      replicate.accept(session.order);
    }
  }

  private SessionReport toReport(UUID pairId, Session session) {
    boolean listening =
        session.order.target() == SessionTarget.SECONDARY
            && session.phase != SessionPhase.PREPARING;
    return new SessionReport(
        pairId,
        session.order.instanceUuid(),
        session.order.generation(),
        session.order.target(),
        session.phase,
        session.percent,
        session.percent,
        session.phase == SessionPhase.PROTECTED ? 1 : 0,
        session.guestRunning,
        listening
            ? new SecondaryEndpoints(
                "127.0.0.1",
                9601,
                9602,
                0,
                List.of(new SecondaryEndpoints.NicPorts("net0", 9603, 9604)))
            : null,
        session.reason,
        session.checkpoints,
        listening ? allocation(session) : null,
        session.load);
  }

  private static @Nullable VcpuAllocation allocation(Session session) {
    GuestDescription guest = session.guest;
    if (guest == null) {
      return null;
    }
    int wanted = session.order.policyOrDefault().secondaryVcpus();
    int active = wanted == SessionPolicy.ALL_VCPUS ? guest.vcpus() : wanted;
    return new VcpuAllocation(
        guest.vcpus(), active, active, VcpuAllocation.Level.AFFINITY, "0", 0, "a test");
  }

  /** Says how a pair's primary's outputs fare. */
  public synchronized void load(UUID pairId, PathLoad load) {
    Session session = sessions.get(pairId);
    if (session != null) {
      session.load = load;
    }
  }
}
