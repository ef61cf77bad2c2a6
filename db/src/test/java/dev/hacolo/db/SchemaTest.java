package dev.hacolo.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SchemaTest {
  private static final String PAIR =
      """
      insert into pairs (id, version, generation, state, state_since, instance_uuid, instance_name,
        project_id, user_id, vcpus, memory_mb, disk_gb, extra_specs, vm_state, primary_host,
        secondary_host, deposed_hosts, attempts, reason, created_at)
      values (gen_random_uuid(), 0, 0, '%s', now(), '%s', 'web', 'p', 'u', 1, 256, 0, '{}',
        'active', '%s', '%s', '[]', 0, '', now())
      """;

  private static EmbeddedPostgres postgres;
  private static DataSource dataSource;

  @BeforeAll
  static void start() throws IOException {
    postgres = EmbeddedPostgres.start();
    dataSource = postgres.getPostgresDatabase();
    assertThat(Schema.migrate(dataSource)).isPositive();
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @Test
  void migratingAgainChangesNothing() {
    assertThat(Schema.migrate(dataSource)).isZero();
  }

  @Test
  void anInstanceHasOneUnreleasedPair() throws SQLException {
    String instance = "8060fbfc-5c9d-4f3d-b386-eaa567cfbea6";
    execute(PAIR.formatted("RELEASED", instance, "a", "b"));
    execute(PAIR.formatted("RELEASED", instance, "a", "b"));
    execute(PAIR.formatted("REQUESTED", instance, "a", "b"));
    assertThatThrownBy(() -> execute(PAIR.formatted("SOLO", instance, "a", "b")))
        .hasMessageContaining("pairs_one_unreleased");
  }

  @Test
  void aPairHasTwoDifferentHosts() {
    assertThatThrownBy(
            () ->
                execute(
                    PAIR.formatted("SYNCING", "8060fbfc-5c9d-4f3d-b386-eaa567cfbea7", "a", "a")))
        .hasMessageContaining("check constraint");
  }

  @Test
  void aSuspendedPairIsAllowedAndIsNotReleased() throws SQLException {
    String instance = "8060fbfc-5c9d-4f3d-b386-eaa567cfbea8";
    execute(PAIR.formatted("SUSPENDED", instance, "a", "b"));
    assertThatThrownBy(() -> execute(PAIR.formatted("SOLO", instance, "a", "b")))
        .hasMessageContaining("pairs_one_unreleased");
    assertThatThrownBy(() -> execute(PAIR.formatted("ASLEEP", instance, "a", "b")))
        .hasMessageContaining("pairs_state_check");
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
