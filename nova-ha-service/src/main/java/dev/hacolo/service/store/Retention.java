package dev.hacolo.service.store;

import java.time.Duration;
import java.time.Instant;
import org.hibernate.StatelessSession;

/** Removes what is too old or too much. Blocks; thread-safe. */
public final class Retention {
  private static final Duration INBOX_AGE = Duration.ofDays(7);
  private static final long INBOX_ROWS = 200_000;
  private static final Duration CLAIM_AGE = Duration.ofDays(7);
  private static final Duration HOST_AGE = Duration.ofDays(30);

  private final Database database;
  private final Duration historyAge;

  /** Keeps released pairs and their history for a time. */
  public Retention(Database database, Duration historyAge) {
    this.database = database;
    this.historyAge = historyAge;
  }

  /**
   * Removes rows.
   *
   * @return how many
   */
  public int prune(Instant now) throws DatabaseUnavailableException {
    return database.transact(
        session ->
            delete(session, "inbox where received_at < :limit", now.minus(INBOX_AGE))
                + excessInbox(session)
                + delete(session, "claims where at < :limit", now.minus(CLAIM_AGE))
                + delete(session, "hosts where last_seen < :limit", now.minus(HOST_AGE))
                + delete(
                    session,
                    """
                    pairs where state = 'RELEASED' and state_since < :limit
                      and not exists (select 1 from cloud_tasks t where t.pair_id = pairs.id)
                    """,
                    now.minus(historyAge)));
  }

  private static int delete(StatelessSession session, String what, Instant limit) {
    return session
        .createNativeMutationQuery("delete from " + what)
        .setParameter("limit", limit)
        .executeUpdate();
  }

  private static int excessInbox(StatelessSession session) {
    return session
        .createNativeMutationQuery(
            """
            delete from inbox where received_at <
              (select received_at from inbox order by received_at desc offset :rows limit 1)
            """)
        .setParameter("rows", INBOX_ROWS)
        .executeUpdate();
  }
}
