package dev.hacolo.service.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.hacolo.db.Schema;
import dev.hacolo.service.config.DatabaseConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.flywaydb.core.api.FlywayException;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.Transaction;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.JdbcSettings;

/**
 * Connections to PostgreSQL and transactions on them. All methods block and belong on worker
 * threads; each has a deadline of a few seconds (connection, lock, statement and socket timeouts).
 * It needs no database to be made: it becomes usable when {@link #prepare} succeeds, survives any
 * loss of the database and uses new connections afterwards.
 */
public final class Database implements AutoCloseable {
  /** Connections that only claims may use: they are on the failover path. */
  private static final int RESERVED = 2;

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration STATEMENT = Duration.ofSeconds(5);
  private static final Duration LOCK = Duration.ofSeconds(2);

  private final HikariDataSource pool;
  private final SessionFactory sessions;
  private final Semaphore general;
  private volatile boolean prepared;

  /** Makes the pool; connects to nothing yet. */
  public Database(DatabaseConfig config) {
    pool = new HikariDataSource(poolConfig(config));
    sessions = sessionFactory();
    general = new Semaphore(config.poolSize() - RESERVED);
  }

  private static HikariConfig poolConfig(DatabaseConfig config) {
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName("hacolo");
    hikari.setJdbcUrl(config.url());
    hikari.setUsername(config.user());
    config.password().ifPresent(secret -> hikari.setPassword(new String(secret.get())));
    hikari.setMaximumPoolSize(config.poolSize());
    hikari.setMinimumIdle(Math.min(config.poolSize(), 2 * RESERVED));
    hikari.setInitializationFailTimeout(-1);
    hikari.setConnectionTimeout(CONNECT.toMillis());
    hikari.setValidationTimeout(1000);
    hikari.setAutoCommit(false);
    hikari.addDataSourceProperty("connectTimeout", "2");
    hikari.addDataSourceProperty("socketTimeout", "8");
    hikari.addDataSourceProperty("tcpKeepAlive", "true");
    hikari.addDataSourceProperty("ApplicationName", "nova-ha-service");
    // A decided claim must survive a crash of the database, whatever its default is.
    hikari.addDataSourceProperty(
        "options",
        "-c synchronous_commit=on -c statement_timeout=%d -c lock_timeout=%d"
            .formatted(STATEMENT.toMillis(), LOCK.toMillis()));
    return hikari;
  }

  private SessionFactory sessionFactory() {
    Configuration configuration = new Configuration();
    configuration.addAnnotatedClass(PairEntity.class);
    configuration.addAnnotatedClass(HistoryEntity.class);
    configuration.addAnnotatedClass(ClaimEntity.class);
    configuration.addAnnotatedClass(CloudTaskEntity.class);
    configuration.addAnnotatedClass(HostEntity.class);
    configuration.addAnnotatedClass(DrainEntity.class);
    configuration.getProperties().put(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, pool);
    configuration.setProperty("jakarta.persistence.database-product-name", "PostgreSQL");
    configuration.setProperty("jakarta.persistence.database-major-version", "14");
    configuration.setProperty("hibernate.boot.allow_jdbc_metadata_access", "false");
    configuration.setProperty("hibernate.connection.provider_disables_autocommit", "true");
    configuration.setProperty("hibernate.type.preferred_instant_jdbc_type", "TIMESTAMP_UTC");
    return configuration.buildSessionFactory();
  }

  /**
   * Migrates the schema; to be called until it succeeds.
   *
   * @return number of migrations applied
   */
  public int prepare() throws DatabaseUnavailableException {
    try {
      int applied = Schema.migrate(pool);
      prepared = true;
      return applied;
    } catch (FlywayException e) {
      throw new DatabaseUnavailableException("the schema cannot be migrated: " + root(e), e);
    }
  }

  /** Asks the database for a sign of life. */
  public void ping() throws DatabaseUnavailableException {
    try (Connection connection = pool.getConnection()) {
      if (!connection.isValid(2)) {
        throw new DatabaseUnavailableException("the database does not answer");
      }
    } catch (SQLException e) {
      throw new DatabaseUnavailableException("the database cannot be reached: " + root(e), e);
    }
  }

  /** One transaction; rolled back if the work throws. */
  <T> T transact(Function<StatelessSession, T> work) throws DatabaseUnavailableException {
    boolean admitted = false;
    try {
      admitted = general.tryAcquire(CONNECT.toMillis(), TimeUnit.MILLISECONDS);
      if (!admitted) {
        throw new DatabaseUnavailableException("all connections are busy");
      }
      return transactAtOnce(work);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailableException("interrupted while waiting for a connection", e);
    } finally {
      if (admitted) {
        general.release();
      }
    }
  }

  /** One transaction that does not queue behind ordinary ones. */
  <T> T transactAtOnce(Function<StatelessSession, T> work) throws DatabaseUnavailableException {
    if (!prepared) {
      throw new DatabaseUnavailableException("the database has not been reached yet");
    }
    try (StatelessSession session = sessions.openStatelessSession()) {
      Transaction transaction = session.beginTransaction();
      try {
        T result = work.apply(session);
        transaction.commit();
        return result;
      } catch (RuntimeException | Error e) {
        rollBack(transaction, e);
        throw e;
      }
    } catch (RuntimeException e) {
      if (DatabaseFaults.passes(e)) {
        throw new DatabaseUnavailableException(root(e), e);
      }
      throw e;
    }
  }

  private static void rollBack(Transaction transaction, Throwable cause) {
    try {
      if (transaction.isActive()) {
        transaction.rollback();
      }
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private static String root(Throwable fault) {
    Throwable cause = fault;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message.strip();
  }

  @Override
  public void close() {
    prepared = false;
    sessions.close();
    pool.close();
  }
}
