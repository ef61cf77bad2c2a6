package dev.hacolo.service;

import dev.hacolo.service.agent.AgentClient;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.api.ApiServer;
import dev.hacolo.service.api.ManagementServer;
import dev.hacolo.service.cloud.Cloud;
import dev.hacolo.service.config.ServiceConfig;
import dev.hacolo.service.config.TimingConfig;
import dev.hacolo.service.metrics.LoopLag;
import dev.hacolo.service.metrics.ServiceMetrics;
import dev.hacolo.service.notification.NotificationIntake;
import dev.hacolo.service.notification.RabbitConsumer;
import dev.hacolo.service.notification.RateLimitedLog;
import dev.hacolo.service.orchestration.Journal;
import dev.hacolo.service.orchestration.Orchestration;
import dev.hacolo.service.store.Database;
import dev.hacolo.service.store.DatabaseKeeper;
import dev.hacolo.service.store.FleetStore;
import dev.hacolo.service.store.HostStore;
import dev.hacolo.service.store.Inbox;
import dev.hacolo.service.store.Lane;
import dev.hacolo.service.store.PairQueries;
import dev.hacolo.service.store.PairStore;
import dev.hacolo.service.store.Pruner;
import dev.hacolo.service.store.Retention;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole service, wired. It starts without PostgreSQL, broker, OpenStack and agents, and does
 * its work as they come; it keeps nothing in memory that a restart would miss. {@link #start} and
 * {@link #close} block and belong on a thread of their own.
 */
public final class NovaHaService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NovaHaService.class);
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final Duration STUCK = Duration.ofSeconds(60);

  private final ServiceConfig config;
  private final Cloud cloud;
  private final Vertx vertx = Vertx.vertx();
  private final ServiceMetrics metrics = new ServiceMetrics();
  private final Database database;
  private final DatabaseKeeper keeper;
  private final Pruner pruner;
  private final Lane requests;
  private final Lane claimLane;
  private final Lane messages;
  private final AgentClient agents;
  private final Orchestration orchestration;
  private final NotificationIntake intake;
  private final RabbitConsumer rabbit;
  private final ApiServer api;
  private final ManagementServer management;
  private int apiPort;
  private int managementPort;

  /** Wires everything; opens nothing yet. */
  public NovaHaService(ServiceConfig config, Cloud cloud) {
    this.config = config;
    this.cloud = cloud;
    TimingConfig timing = config.timing();
    database = new Database(config.database());
    requests = new Lane(vertx, "requests", 4, 256);
    claimLane = new Lane(vertx, "claims", 2, 64);
    messages = new Lane(vertx, "notifications", 1, 256);
    agents = new AgentClient(vertx, config.tls(), timing.agentTimeout());
    AgentDirectory directory = new AgentDirectory(timing.agentSilence(), System::nanoTime);
    Journal journal = new Journal(metrics);
    orchestration =
        new Orchestration(
            config, database, cloud, directory, agents, journal, metrics, claimLane, requests);
    keeper =
        new DatabaseKeeper(
            database, timing.retryInitial(), Duration.ofSeconds(10), this::databaseChanged);
    pruner = new Pruner(new Retention(database, timing.historyRetention()));
    intake =
        new NotificationIntake(
            new Inbox(database),
            new PairStore(database, config.syncsPerHost()),
            orchestration.reconciler(),
            journal,
            metrics,
            new RateLimitedLog(
                LoggerFactory.getLogger(NotificationIntake.class), 20, System::nanoTime),
            InstantSource.system());
    rabbit =
        new RabbitConsumer(
            vertx,
            config.rabbit(),
            config.tls(),
            config.name(),
            messages,
            intake,
            metrics,
            timing.retryInitial(),
            timing.retryMax());
    api =
        new ApiServer(
            vertx,
            config.tls(),
            directory,
            orchestration,
            journal,
            new PairQueries(database),
            new HostStore(database),
            new FleetStore(database, config.syncsPerHost()),
            requests);
    management =
        new ManagementServer(
            vertx,
            metrics,
            () -> orchestration.orchestrator().sinceLastTick().compareTo(STUCK) < 0,
            Map.of("database", keeper::isUp, "broker", rabbit::isConnected));
  }

  private void databaseChanged(boolean up) {
    metrics.databaseUp(up);
    if (up) {
      orchestration.databaseIsBack();
    }
  }

  /**
   * Opens the ports and starts all loops.
   *
   * @throws StartException if a port cannot be opened or a certificate cannot be used
   */
  public void start() throws StartException {
    managementPort = listen("metrics.listen", management.listen(config.metricsListen()));
    apiPort = listen("api.listen", api.listen(config.apiListen()));
    LoopLag.watch(vertx, metrics);
    keeper.start();
    pruner.start();
    orchestration.start();
    rabbit.start();
    log.info("{} serves agents and operators on port {}", config.name(), apiPort);
  }

  private static int listen(String name, Future<Integer> listening) throws StartException {
    try {
      return listening
          .toCompletionStage()
          .toCompletableFuture()
          .get(START.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException(name + ": interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StartException(
          "%s or the tls files cannot be used: %s".formatted(name, cause.getMessage()), e);
    }
  }

  /** The service cannot be started; the message says why in one sentence. */
  public static final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    StartException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Port for agents and operators, after {@link #start}. */
  public int apiPort() {
    return apiPort;
  }

  /** Port for health and metrics, after {@link #start}. */
  public int managementPort() {
    return managementPort;
  }

  /** Where message bodies go; the broker's consumer uses nothing else. */
  public NotificationIntake intake() {
    return intake;
  }

  /** Stops in order: intake, API, loops, database; each step has its deadline. */
  @Override
  public void close() {
    await("broker", rabbit.close());
    await("api", api.close());
    orchestration.close();
    await("agents", agents.close());
    messages.close();
    claimLane.close();
    requests.close();
    pruner.close();
    keeper.close();
    database.close();
    closeCloud();
    await("metrics", management.close());
    await("event loops", vertx.close());
    metrics.close();
    log.info("{} stopped", config.name());
  }

  private void closeCloud() {
    if (cloud instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        log.warn("the OpenStack adapter did not close: {}", e.toString());
      }
    }
  }

  private static void await(String what, Future<Void> closing) {
    try {
      closing.toCompletionStage().toCompletableFuture().get(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("{} did not close in time: {}", what, e.toString());
    }
  }
}
