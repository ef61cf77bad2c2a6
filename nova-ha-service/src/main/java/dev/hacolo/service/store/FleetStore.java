package dev.hacolo.service.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.hacolo.service.domain.Fleet;
import dev.hacolo.service.domain.PairState;
import dev.hacolo.service.domain.StandingOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.StatelessSession;

/** Drained hosts, and what pairs ask of hosts. Blocks; thread-safe. */
public final class FleetStore {
  private static final TypeReference<StandingOrder> ORDER = new TypeReference<>() {};
  private static final List<PairState> SYNCING = List.of(PairState.PAIRING, PairState.SYNCING);

  private final Database database;
  private final int syncsPerHost;

  /**
   * Works on a database.
   *
   * @param syncsPerHost in how many synchronisations a host may take part at a time
   */
  public FleetStore(Database database, int syncsPerHost) {
    this.database = database;
    this.syncsPerHost = syncsPerHost;
  }

  /** A drained host. */
  public record Drain(String operator, Instant since) {}

  /**
   * Drains a host.
   *
   * @return whether it was not drained before
   */
  public boolean drain(String host, String operator, Instant now)
      throws DatabaseUnavailableException {
    try {
      return database.transact(
          session -> {
            if (session.get(DrainEntity.class, host) != null) {
              return false;
            }
            DrainEntity row = new DrainEntity();
            row.host = host;
            row.operator = operator;
            row.since = now;
            session.insert(row);
            return true;
          });
    } catch (RuntimeException e) {
      if (DatabaseFaults.violatesConstraint(e)) {
        return false; // another operator was quicker
      }
      throw e;
    }
  }

  /**
   * Lifts a drain.
   *
   * @return whether it was drained
   */
  public boolean undrain(String host) throws DatabaseUnavailableException {
    return database.transact(
            session ->
                session
                    .createMutationQuery("delete from DrainEntity where host = :host")
                    .setParameter("host", host)
                    .executeUpdate())
        > 0;
  }

  /** The drained hosts by name. */
  public Map<String, Drain> drains() throws DatabaseUnavailableException {
    return database.transact(FleetStore::drains);
  }

  /** Everything as it is now. */
  public Fleet read() throws DatabaseUnavailableException {
    return database.transact(session -> read(session, syncsPerHost));
  }

  static Fleet read(StatelessSession session, int syncsPerHost) {
    Map<String, String> drained = new HashMap<>();
    drains(session).forEach((host, drain) -> drained.put(host, drain.operator()));
    return new Fleet(drained, syncing(session), leaving(session), syncsPerHost);
  }

  private static Map<String, Drain> drains(StatelessSession session) {
    Map<String, Drain> drains = new HashMap<>();
    session
        .createSelectionQuery("from DrainEntity", DrainEntity.class)
        .getResultStream()
        .forEach(row -> drains.put(row.host, new Drain(row.operator, row.since)));
    return drains;
  }

  private static Map<String, Integer> syncing(StatelessSession session) {
    Map<String, Integer> counts = new HashMap<>();
    session
        .createSelectionQuery(
            "select p.primaryHost, p.secondaryHost from PairEntity p where p.state in :syncing",
            Object[].class)
        .setParameterList("syncing", SYNCING)
        .getResultStream()
        .flatMap(Arrays::stream)
        .forEach(host -> counts.merge((String) host, 1, Integer::sum));
    return counts;
  }

  private static Map<String, Integer> leaving(StatelessSession session) {
    Map<String, Integer> counts = new HashMap<>();
    session
        .createSelectionQuery(
            "select p.standingOrder from PairEntity p where p.standingOrder is not null",
            String.class)
        .getResultStream()
        .map(text -> Json.read(text, ORDER))
        .filter(StandingOrder::drain)
        .flatMap(order -> order.from().stream())
        .forEach(host -> counts.merge(host, 1, Integer::sum));
    return counts;
  }
}
