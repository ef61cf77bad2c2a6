package dev.hacolo.service.store;

import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.Transition;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.StatelessSession;

/** Acts on a message once: its id and its effect are committed together. Blocks; thread-safe. */
public final class Inbox {
  private final Database database;

  /** Works on a database. */
  public Inbox(Database database) {
    this.database = database;
  }

  /** What became of a message. */
  public enum Outcome {
    /** A pair was changed. */
    CHANGED,
    /** It called for no change. */
    UNCHANGED,
    /** It had been acted on before. */
    DUPLICATE,
    /** The pair changed meanwhile; hand it in again. */
    CONFLICT
  }

  /**
   * Hands a message in.
   *
   * @param messageId at most 128 characters
   * @param decide from the instance's latest pair to the change that is called for
   */
  public Outcome accept(
      String messageId,
      UUID instanceUuid,
      Function<Optional<Pair>, Optional<Transition>> decide,
      Instant now)
      throws DatabaseUnavailableException {
    try {
      return database.transact(session -> accept(session, messageId, instanceUuid, decide, now));
    } catch (RuntimeException e) {
      // Another message about a new instance was quicker; everything was rolled back.
      if (DatabaseFaults.violatesConstraint(e)) {
        return Outcome.CONFLICT;
      }
      throw e;
    }
  }

  private static Outcome accept(
      StatelessSession session,
      String messageId,
      UUID instanceUuid,
      Function<Optional<Pair>, Optional<Transition>> decide,
      Instant now) {
    int inserted =
        session
            .createNativeMutationQuery(
                """
                insert into inbox (message_id, received_at) values (:id, :now)
                on conflict (message_id) do nothing
                """)
            .setParameter("id", messageId)
            .setParameter("now", now)
            .executeUpdate();
    if (inserted == 0) {
      return Outcome.DUPLICATE;
    }
    Optional<Pair> latest =
        PairStore.latestOf(session, instanceUuid)
            .flatMap(pair -> PairWriter.lock(session, pair.id()));
    Optional<Transition> transition = decide.apply(latest);
    if (transition.isEmpty()) {
      return Outcome.UNCHANGED;
    }
    if (!PairWriter.write(session, transition.get(), now)) {
      throw new IllegalStateException("a locked pair changed");
    }
    return Outcome.CHANGED;
  }
}
