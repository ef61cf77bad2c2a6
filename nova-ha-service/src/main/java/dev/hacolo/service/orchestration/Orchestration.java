package dev.hacolo.service.orchestration;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.service.agent.AgentClient;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.cloud.Cloud;
import dev.hacolo.service.config.ServiceConfig;
import dev.hacolo.service.domain.RetryPolicy;
import dev.hacolo.service.domain.Situation;
import dev.hacolo.service.fencing.FencingCommand;
import dev.hacolo.service.metrics.ServiceMetrics;
import dev.hacolo.service.store.CheckpointHistory;
import dev.hacolo.service.store.ClaimStore;
import dev.hacolo.service.store.CloudTaskStore;
import dev.hacolo.service.store.Database;
import dev.hacolo.service.store.FleetStore;
import dev.hacolo.service.store.HostStore;
import dev.hacolo.service.store.Lane;
import dev.hacolo.service.store.LeadershipStore;
import dev.hacolo.service.store.PairStore;
import java.time.InstantSource;
import java.util.UUID;

/** The parts that move pairs, wired. */
public final class Orchestration implements AutoCloseable {
  private final Orchestrator orchestrator;
  private final CloudTaskRunner cloudTasks;
  private final Reconciler reconciler;
  private final Fencing fencing;
  private final ClaimService claims;
  private final OperatorService operators;
  private final DrainService drains;
  private final HostRecorder recorder;
  private final CheckpointRecorder checkpoints;
  private final AutomaticVcpus automatic;
  private final Leadership leadership;

  /**
   * Wires; {@link #start} starts.
   *
   * @param claimLane lane of the claims, shared with nothing
   * @param lane lane of other requests
   */
  public Orchestration(
      ServiceConfig config,
      Database database,
      Cloud cloud,
      AgentDirectory directory,
      AgentClient agents,
      Journal journal,
      ServiceMetrics metrics,
      Lane claimLane,
      Lane lane) {
    InstantSource clock = InstantSource.system();
    leadership =
        new Leadership(
            new LeadershipStore(database), "%s/%s".formatted(config.name(), UUID.randomUUID()));
    RetryPolicy retry = new RetryPolicy(config.timing().retryInitial(), config.timing().retryMax());
    PairStore pairs = new PairStore(database, config.syncsPerHost());
    FleetStore fleetStore = new FleetStore(database, config.syncsPerHost());
    FleetView fleet = new FleetView(fleetStore);
    HandOvers handOvers = new HandOvers(pairs, agents, directory, journal, clock);
    OrderSender sender =
        new OrderSender(agents, directory, metrics, journal::wake, System::nanoTime);
    PairPass pass =
        new PairPass(
            pairs,
            cloud,
            directory,
            sender,
            new StallTracker(config.timing().syncStall(), System::nanoTime),
            handOvers,
            fleet,
            journal,
            new Situation.Settings(retry, config.failureDomainRequired()),
            clock,
            System::nanoTime);
    orchestrator = new Orchestrator(pairs, directory, fleet, pass, metrics, leadership::holds);
    cloudTasks =
        new CloudTaskRunner(
            new CloudTaskStore(database),
            pairs,
            cloud,
            retry,
            clock,
            orchestrator::wake,
            leadership::holds);
    reconciler =
        new Reconciler(
            cloud,
            pairs,
            directory,
            orchestrator,
            journal,
            metrics,
            clock,
            config.timing().reconcileInterval(),
            leadership::holds);
    fencing = new Fencing(config.fencing().map(FencingCommand::new), pairs, journal, clock);
    claims =
        new ClaimService(
            new ClaimStore(database),
            claimLane,
            agents,
            directory,
            journal,
            metrics,
            fencing,
            retry,
            clock);
    Charging charging = new Charging(cloud);
    operators =
        new OperatorService(
            pairs,
            directory,
            fleetStore,
            handOvers,
            journal,
            charging,
            config.failureDomainRequired(),
            clock);
    HostStore hosts = new HostStore(database);
    drains = new DrainService(fleetStore, hosts, orchestrator::wakeAll, clock);
    automatic = new AutomaticVcpus(pairs, journal, charging, lane, clock, System::nanoTime);
    recorder = new HostRecorder(hosts, lane, clock, System::nanoTime);
    checkpoints = new CheckpointRecorder(new CheckpointHistory(database), lane, clock);
    journal.listen(orchestrator::wake);
    journal.listen(pair -> cloudTasks.wake());
    leadership.whenGained(orchestrator::wakeAll);
    leadership.whenGained(cloudTasks::wake);
    leadership.whenGained(reconciler::wake);
    metrics.leads(leadership::holds);
  }

  /** Starts all loops. */
  public void start() {
    leadership.start();
    orchestrator.start();
    cloudTasks.start();
    reconciler.start();
  }

  /** The database can be used again. Never blocks. */
  public void databaseIsBack() {
    leadership.wake();
    orchestrator.wakeAll();
    reconciler.wake();
  }

  /** The loop over pairs. */
  public Orchestrator orchestrator() {
    return orchestrator;
  }

  /** The comparison with Nova. */
  public Reconciler reconciler() {
    return reconciler;
  }

  /** Claims. */
  public ClaimService claims() {
    return claims;
  }

  /** Operators' orders. */
  public OperatorService operators() {
    return operators;
  }

  /** Drained hosts. */
  public DrainService drains() {
    return drains;
  }

  /** An agent has reported: what follows is written down by one replica. Never blocks. */
  public void reported(HostReport report) {
    if (leadership.holds()) {
      recorder.seen(report);
      checkpoints.seen(report);
      automatic.seen(report);
    }
  }

  /** Stops all loops, each within a few seconds. */
  @Override
  public void close() {
    reconciler.close();
    orchestrator.close();
    cloudTasks.close();
    fencing.close();
    leadership.close();
  }
}
