package dev.hacolo.service.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.hibernate.query.SelectionQuery;

/** What the API shows. Blocks; thread-safe. */
public final class PairQueries {
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final Database database;

  /** Reads a database. */
  public PairQueries(Database database) {
    this.database = database;
  }

  /**
   * A page of pairs, oldest first.
   *
   * @param marker id of the last pair of the page before
   */
  public List<Pair> page(Optional<UUID> marker, int limit) throws DatabaseUnavailableException {
    return database.transact(
        session -> {
          String after =
              marker.isEmpty()
                  ? ""
                  : """
                    where exists (select 1 from PairEntity m where m.id = :marker
                      and (p.createdAt > m.createdAt
                        or (p.createdAt = m.createdAt and p.id > m.id)))
                    """;
          SelectionQuery<PairEntity> query =
              session
                  .createSelectionQuery(
                      "select p from PairEntity p " + after + " order by p.createdAt, p.id",
                      PairEntity.class)
                  .setMaxResults(limit);
          marker.ifPresent(id -> query.setParameter("marker", id));
          return query.getResultStream().map(PairMapping::toPair).toList();
        });
  }

  /** One pair. */
  public Optional<Pair> pair(UUID id) throws DatabaseUnavailableException {
    return database.transact(
        session -> Optional.ofNullable(session.get(PairEntity.class, id)).map(PairMapping::toPair));
  }

  /** History of one pair after a row, oldest first. */
  public List<HistoryRow> history(UUID pairId, long afterId, int limit)
      throws DatabaseUnavailableException {
    return database.transact(
        session ->
            session
                .createSelectionQuery(
                    "from HistoryEntity where pairId = :pair and id > :after order by id",
                    HistoryEntity.class)
                .setParameter("pair", pairId)
                .setParameter("after", afterId)
                .setMaxResults(limit)
                .getResultStream()
                .map(PairQueries::toRow)
                .toList());
  }

  /** History of all pairs after a row, oldest first. */
  public List<HistoryRow> events(long afterId, int limit) throws DatabaseUnavailableException {
    return database.transact(
        session ->
            session
                .createSelectionQuery(
                    "from HistoryEntity where id > :after order by id", HistoryEntity.class)
                .setParameter("after", afterId)
                .setMaxResults(limit)
                .getResultStream()
                .map(PairQueries::toRow)
                .toList());
  }

  /** Id of the newest history row, 0 if there is none. */
  public long lastEvent() throws DatabaseUnavailableException {
    return database.transact(
        session ->
            session
                .createSelectionQuery("select coalesce(max(id), 0L) from HistoryEntity", Long.class)
                .getSingleResult());
  }

  /**
   * Pairs of a host.
   *
   * @param primaries that have their primary there
   * @param secondaries that have their secondary there
   */
  public record HostPairs(long primaries, long secondaries) {
    /** None. */
    public static final HostPairs NONE = new HostPairs(0, 0);
  }

  /** Pairs of each host that are not released. */
  public Map<String, HostPairs> countByHost() throws DatabaseUnavailableException {
    return database.transact(
        session -> {
          Map<String, Long> primaries = countBy(session, "primaryHost");
          Map<String, Long> secondaries = countBy(session, "secondaryHost");
          Set<String> hosts = new HashSet<>(primaries.keySet());
          hosts.addAll(secondaries.keySet());
          Map<String, HostPairs> counts = new HashMap<>();
          for (String host : hosts) {
            counts.put(
                host,
                new HostPairs(
                    primaries.getOrDefault(host, 0L), secondaries.getOrDefault(host, 0L)));
          }
          return counts;
        });
  }

  private static Map<String, Long> countBy(StatelessSession session, String host) {
    Map<String, Long> counts = new HashMap<>();
    session
        .createSelectionQuery(
            """
            select p.%1$s, count(*) from PairEntity p
              where p.%1$s is not null and p.state <> :released group by p.%1$s
            """
                .formatted(host),
            Object[].class)
        .setParameter("released", PairState.RELEASED)
        .getResultStream()
        .forEach(row -> counts.put((String) row[0], (Long) row[1]));
    return counts;
  }

  /** Number of pairs in each state. */
  public Map<PairState, Long> countByState() throws DatabaseUnavailableException {
    return database.transact(
        session -> {
          Map<PairState, Long> counts = new EnumMap<>(PairState.class);
          List<Object[]> rows =
              new ArrayList<>(
                  session
                      .createSelectionQuery(
                          "select state, count(*) from PairEntity group by state", Object[].class)
                      .getResultList());
          rows.forEach(row -> counts.put((PairState) row[0], (Long) row[1]));
          return counts;
        });
  }

  private static HistoryRow toRow(HistoryEntity row) {
    return new HistoryRow(
        row.id,
        row.pairId,
        row.at,
        row.generation,
        Optional.ofNullable(row.fromState),
        row.toState,
        row.event,
        row.reason,
        Json.read(row.detail, OBJECT),
        Optional.ofNullable(row.tookMs));
  }
}
