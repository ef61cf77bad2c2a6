package dev.hacolo.service.store;

import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairState;
import dev.hacolo.service.domain.Transition;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hibernate.StatelessSession;

/** Reads and changes pairs. Blocks; thread-safe. */
public final class PairStore {
  private final Database database;

  /** Works on a database. */
  public PairStore(Database database) {
    this.database = database;
  }

  /**
   * A pair and whether cloud work of it is pending.
   *
   * @param pair the pair
   * @param cloudWorkPending whether some is not done yet
   */
  public record Stored(Pair pair, boolean cloudWorkPending) {}

  /**
   * Commits a transition if the pair is still the one that it was decided on.
   *
   * @return whether it was; if not, decide again
   */
  public boolean commit(Transition transition, Instant now) throws DatabaseUnavailableException {
    try {
      return database.transact(session -> PairWriter.write(session, transition, now));
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
                .map(row -> new Stored(PairMapping.toPair(row), pending(session, id))));
  }

  private static boolean pending(StatelessSession session, UUID id) {
    return session
            .createSelectionQuery(
                "select count(*) from CloudTaskEntity where pairId = :id", Long.class)
            .setParameter("id", id)
            .getSingleResult()
        > 0;
  }

  /** All pairs that are not released. */
  public List<Stored> live() throws DatabaseUnavailableException {
    return database.transact(
        session -> {
          Set<UUID> pending =
              new HashSet<>(
                  session
                      .createSelectionQuery(
                          "select distinct pairId from CloudTaskEntity", UUID.class)
                      .getResultList());
          return session
              .createSelectionQuery(
                  "from PairEntity where state <> :released order by createdAt, id",
                  PairEntity.class)
              .setParameter("released", PairState.RELEASED)
              .getResultStream()
              .map(row -> new Stored(PairMapping.toPair(row), pending.contains(row.id)))
              .toList();
        });
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
