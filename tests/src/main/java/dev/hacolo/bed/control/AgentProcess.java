package dev.hacolo.bed.control;

import dev.hacolo.bed.guest.Emulator;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.JavaProgram;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.common.api.PeerAddress;
import dev.hacolo.common.identity.PeerIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Starts compute-agents on the bed's nodes; one can be killed and started again. */
public final class AgentProcess {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final int API = 9600;
  private static final int PEER = 9601;
  private static final int METRICS = 9602;
  private static final int DEBUG = 9603;

  private final RunDirectory run;
  private final Launcher launcher;
  private final TwoNodeNetwork network;
  private final TwoNodeNetwork.Node node;
  private final Properties settings;
  private final Path configuration;
  private boolean debuggable;
  private List<String> entering = List.of();

  /**
   * Writes the configuration of a node's agent.
   *
   * @param guestsDirectory where the node's guest descriptors are
   * @param serviceUrl where nova-ha-service is
   */
  public AgentProcess(
      RunDirectory run,
      Launcher launcher,
      TwoNodeNetwork network,
      TwoNodeNetwork.Node node,
      Emulator emulator,
      CertificateAuthority authority,
      Path guestsDirectory,
      String serviceUrl) {
    this.run = run;
    this.launcher = launcher;
    this.network = network;
    this.node = node;
    CertificateAuthority.Credentials tls =
        authority.issue(PeerIdentity.Role.AGENT, node.name(), node.address());
    String home = "nodes/" + node.name() + "/";
    this.settings = new Properties();
    settings.setProperty("host.name", node.name());
    settings.setProperty("host.address", node.address());
    settings.setProperty("host.failure_domain", "rack-of-" + node.name());
    settings.setProperty("api.listen", node.address() + ":" + API);
    settings.setProperty("peer.listen", node.address() + ":" + PEER);
    settings.setProperty("metrics.listen", metrics());
    settings.setProperty("session.ports", "20000-20199");
    settings.setProperty("service.url", serviceUrl);
    settings.setProperty("guests.directory", guestsDirectory.toString());
    settings.setProperty("instances.directory", run.directory(home + "instances").toString());
    settings.setProperty("state.directory", run.directory(home + "state").toString());
    settings.setProperty("run.directory", run.directory(home + "run").toString());
    settings.setProperty("qemu.binary", emulator.binary().toString());
    settings.setProperty("qemu.accelerator", emulator.accelerator());
    settings.setProperty("qemu.tls", "true");
    settings.setProperty("allocation.group", run.controlGroup(node.name()));
    settings.setProperty("tls.ca", tls.ca().toString());
    settings.setProperty("tls.certificate", tls.certificate().toString());
    settings.setProperty("tls.key", tls.key().toString());
    this.configuration = ConfigurationFile.write(run, "agent-" + node.name(), settings);
  }

  /** Lets orders ask for the release {@code all}, which is for benchmarks. */
  public void allowUnsafeRelease() {
    configure(Map.of("benchmark.unsafe_release", "true"));
  }

  /** Changes the configuration of the agents that are started from now on. */
  public void configure(Map<String, String> properties) {
    settings.putAll(properties);
    ConfigurationFile.write(run, "agent-" + node.name(), settings);
  }

  /**
   * Makes its guests domains of a libvirtd.
   *
   * @param uri where that is
   * @param prefix runs a command where that sees its files
   */
  public void useLibvirt(String uri, List<String> prefix) {
    entering = List.copyOf(prefix);
    settings.setProperty("guests.driver", "libvirt");
    settings.setProperty("libvirt.uri", uri);
    ConfigurationFile.write(run, "agent-" + node.name(), settings);
  }

  /** Gives the agents that are started from now on a debug interface at {@link #debugPort}. */
  public void allowDebugging() {
    debuggable = true;
  }

  /** Port of the debug interface at the node's address. */
  public int debugPort() {
    return DEBUG;
  }

  /** The node. */
  public TwoNodeNetwork.Node node() {
    return node;
  }

  /** Base URL of the agent's REST API. */
  public String url() {
    return "https://" + node.address() + ":" + API;
  }

  /** Where the other agent finds this one. */
  public PeerAddress peerAddress() {
    return new PeerAddress(node.name(), node.address(), PEER);
  }

  /** Starts the agent and returns when it is ready. */
  public RunningProcess start() {
    RunningProcess agent = launch();
    awaitReady(agent);
    return agent;
  }

  /** Returns when an agent that was launched is ready. */
  public void awaitReady(RunningProcess agent) {
    Place observer = new Place(network.control());
    agent.await("readiness", DEADLINE, () -> observer.succeeds(() -> HttpProbe.isReady(metrics())));
  }

  /** Starts the agent and does not wait. */
  public RunningProcess launch() {
    List<String> command =
        JavaProgram.command(
            run,
            ClassPaths.of("compute-agent"),
            "128m",
            "dev.hacolo.agent.Main",
            List.of("--config", configuration.toString()));
    if (debuggable) {
      command.add(
          1,
          "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=%s:%d"
              .formatted(node.address(), DEBUG));
    }
    command.addAll(0, entering);
    return launcher.start(
        Launcher.Spec.of("agent-" + node.name(), command).in(node.namespace().name()));
  }

  /** What the agent counts, in Prometheus' text format; to be called in the control namespace. */
  public String scrape() {
    try {
      return HttpProbe.metrics(metrics());
    } catch (IOException e) {
      throw new BedException(
          "the metrics of %s's agent cannot be read: %s".formatted(node.name(), e.getMessage()), e);
    }
  }

  private String metrics() {
    return node.address() + ":" + METRICS;
  }
}
