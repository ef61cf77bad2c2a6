package dev.hacolo.service.store;

import java.time.Duration;

/** One lease for all replicas, by the database's clock. Blocks; thread-safe. */
public final class LeadershipStore {
  private final Database database;

  /** Works on a database. */
  public LeadershipStore(Database database) {
    this.database = database;
  }

  /**
   * Takes the lease if nobody has it, or renews it.
   *
   * @param replica a name that no other process has ever had
   * @param lease how long it lasts from now on
   * @return whether this replica has it
   */
  public boolean renew(String replica, Duration lease) throws DatabaseUnavailableException {
    return database.transactAtOnce(
            session ->
                session
                    .createNativeMutationQuery(
                        """
                        insert into leadership (id, replica, until)
                        values (1, :replica,
                          clock_timestamp() + cast(:millis as bigint) * interval '1 millisecond')
                        on conflict (id) do update
                        set replica = excluded.replica, until = excluded.until
                        where leadership.replica = excluded.replica
                          or leadership.until < clock_timestamp()
                        """)
                    .setParameter("replica", replica)
                    .setParameter("millis", lease.toMillis())
                    .executeUpdate())
        == 1;
  }

  /** Gives the lease back, so that nobody has to wait for its end. */
  public void resign(String replica) throws DatabaseUnavailableException {
    database.transactAtOnce(
        session ->
            session
                .createNativeMutationQuery("delete from leadership where replica = :replica")
                .setParameter("replica", replica)
                .executeUpdate());
  }
}
