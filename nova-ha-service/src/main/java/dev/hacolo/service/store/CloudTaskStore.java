package dev.hacolo.service.store;

import dev.hacolo.service.domain.CloudTask;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Cloud work that waits to be done. Blocks; thread-safe. */
public final class CloudTaskStore {
  private final Database database;

  /** Works on a database. */
  public CloudTaskStore(Database database) {
    this.database = database;
  }

  /**
   * A piece of work.
   *
   * @param id its row
   * @param pairId the pair
   * @param instanceUuid the server
   * @param task what to do
   * @param attempts failed attempts
   */
  public record Due(long id, UUID pairId, UUID instanceUuid, CloudTask task, int attempts) {}

  /** The first piece of work of each pair, where its time has come. */
  public List<Due> due(Instant now, int limit) throws DatabaseUnavailableException {
    return database.transact(
        session ->
            session
                .createSelectionQuery(
                    """
                    from CloudTaskEntity t where t.retryAt <= :now and t.id =
                      (select min(o.id) from CloudTaskEntity o where o.pairId = t.pairId)
                    order by t.retryAt, t.id
                    """,
                    CloudTaskEntity.class)
                .setParameter("now", now)
                .setMaxResults(limit)
                .getResultStream()
                .map(CloudTaskStore::toDue)
                .toList());
  }

  /** It is done. */
  public void done(long id) throws DatabaseUnavailableException {
    database.transact(
        session ->
            session
                .createMutationQuery("delete from CloudTaskEntity where id = :id")
                .setParameter("id", id)
                .executeUpdate());
  }

  /** It failed. */
  public void failed(long id, String reason, Instant retryAt) throws DatabaseUnavailableException {
    database.transact(
        session ->
            session
                .createMutationQuery(
                    """
                    update CloudTaskEntity set attempts = attempts + 1, reason = :reason,
                      retryAt = :at where id = :id
                    """)
                .setParameter("reason", reason)
                .setParameter("at", retryAt)
                .setParameter("id", id)
                .executeUpdate());
  }

  private static Due toDue(CloudTaskEntity row) {
    CloudTask task =
        new CloudTask(row.kind, Optional.ofNullable(row.host), Optional.ofNullable(row.consumer));
    return new Due(row.id, row.pairId, row.instanceUuid, task, row.attempts);
  }
}
