package dev.hacolo.service.store;

import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairState;
import dev.hacolo.service.domain.Transition;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.StatelessSession;

/** Reads and changes pairs. Blocks; thread-safe. */
public final class PairStore {
  private final Database database;
  private final int syncsPerHost;

  /**
   * Works on a database.
   *
   * @param syncsPerHost in how many synchronisations a host may take part at a time
   */
  public PairStore(Database database, int syncsPerHost) {
    this.database = database;
    this.syncsPerHost = syncsPerHost;
  }

  /**
   * A pair and its pending cloud work.
   *
   * @param pair the pair
   * @param cloudWork empty when none is pending, else why (blank: not tried yet)
   */
  public record Stored(Pair pair, Optional<String> cloudWork) {}

  /**
   * Commits a transition if the pair is still the one that it was decided on, and the hosts have
   * room for what it asks of them.
   *
   * @return whether it was; if not, decide again
   */
  public boolean commit(Transition transition, Instant now) throws DatabaseUnavailableException {
    try {
      return database.transact(
          session ->
              Admission.admits(session, transition, syncsPerHost)
                  && PairWriter.write(session, transition, now));
    } catch (RuntimeException e) {
      if (transition.before().isEmpty() && DatabaseFaults.violatesConstraint(e)) {
        return false;
      }
      throw e;
    }
  }

  /** One pair. */
  public Optional<Stored> find(UUID id) throws DatabaseUnavailableException {
    return database.transact(
        session ->
            Optional.ofNullable(session.get(PairEntity.class, id))
                .map(row -> stored(row, pending(session))));
  }

  /** All pairs that are not released. */
  public List<Stored> live() throws DatabaseUnavailableException {
    return database.transact(
        session -> {
          Map<UUID, String> pending = pending(session);
          return session
              .createSelectionQuery(
                  "from PairEntity where state <> :released order by createdAt, id",
                  PairEntity.class)
              .setParameter("released", PairState.RELEASED)
              .getResultStream()
              .map(row -> stored(row, pending))
              .toList();
        });
  }

  private static Stored stored(PairEntity row, Map<UUID, String> pending) {
    return new Stored(PairMapping.toPair(row), Optional.ofNullable(pending.get(row.id)));
  }

  /** The table is all but empty: work stays in it only while the cloud refuses it. */
  private static Map<UUID, String> pending(StatelessSession session) {
    Map<UUID, String> reasons = new HashMap<>();
    session
        .createSelectionQuery("from CloudTaskEntity order by id", CloudTaskEntity.class)
        .getResultStream()
        .forEach(task -> reasons.putIfAbsent(task.pairId, task.reason));
    return reasons;
  }

  /** The latest pair of an instance, released or not. */
  public Optional<Pair> latestOf(UUID instanceUuid) throws DatabaseUnavailableException {
    return database.transact(session -> latestOf(session, instanceUuid));
  }

  static Optional<Pair> latestOf(StatelessSession session, UUID instanceUuid) {
    return session
        .createSelectionQuery(
            "from PairEntity where instanceUuid = :uuid order by createdAt desc, id desc",
            PairEntity.class)
        .setParameter("uuid", instanceUuid)
        .setMaxResults(1)
        .getResultStream()
        .findFirst()
        .map(PairMapping::toPair);
  }
}
