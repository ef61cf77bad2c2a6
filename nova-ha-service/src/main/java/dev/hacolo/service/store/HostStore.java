package dev.hacolo.service.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.hacolo.common.api.HostReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Last known report of every host, without its sessions. Blocks; thread-safe. */
public final class HostStore {
  private static final TypeReference<HostReport> REPORT = new TypeReference<>() {};

  private final Database database;

  /** Works on a database. */
  public HostStore(Database database) {
    this.database = database;
  }

  /**
   * A host as it was last written.
   *
   * @param report guests and sessions left out
   * @param lastSeen when the service had last heard of it, up to some seconds old
   */
  public record Stored(HostReport report, Instant lastSeen) {}

  /** Writes a host. */
  public void save(HostReport report, Instant lastSeen) throws DatabaseUnavailableException {
    HostEntity row = new HostEntity();
    row.name = report.host();
    row.incarnation = report.incarnation();
    row.lastSeen = lastSeen;
    row.report = Json.write(withoutVolatile(report));
    database.transact(
        session -> {
          session.upsert(row);
          return row.name;
        });
  }

  /** All hosts by name. */
  public List<Stored> all() throws DatabaseUnavailableException {
    return database.transact(
        session ->
            session
                .createSelectionQuery("from HostEntity order by name", HostEntity.class)
                .getResultStream()
                .map(row -> new Stored(Json.read(row.report, REPORT), row.lastSeen))
                .toList());
  }

  /** One host. */
  public Optional<Stored> find(String name) throws DatabaseUnavailableException {
    return all().stream().filter(host -> host.report().host().equals(name)).findFirst();
  }

  private static HostReport withoutVolatile(HostReport r) {
    return new HostReport(
        r.host(),
        r.incarnation(),
        r.sequence(),
        r.agentVersion(),
        r.protocol(),
        r.apiUrl(),
        r.address(),
        r.peerPort(),
        r.capabilities(),
        r.capacity(),
        r.failureDomain(),
        r.problems(),
        List.of(),
        List.of());
  }
}
