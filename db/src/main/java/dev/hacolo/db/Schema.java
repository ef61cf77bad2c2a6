package dev.hacolo.db;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;

/** Brings a database to the schema of this build. */
public final class Schema {
  private Schema() {}

  /**
   * Applies the migrations that are missing; several processes may do so at once (Flyway takes a
   * lock in the database). Blocks; belongs on a worker thread.
   *
   * @return number of migrations applied now
   * @throws FlywayException if the database cannot be reached or has a schema that this build does
   *     not know
   */
  public static int migrate(DataSource dataSource) {
    MigrateResult result =
        Flyway.configure(Schema.class.getClassLoader())
            .dataSource(dataSource)
            .locations("classpath:db/migration")
            .validateMigrationNaming(true)
            .cleanDisabled(true)
            .load()
            .migrate();
    return result.migrationsExecuted;
  }
}
