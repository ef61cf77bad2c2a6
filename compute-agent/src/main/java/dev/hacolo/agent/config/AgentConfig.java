package dev.hacolo.agent.config;

import dev.hacolo.agent.lease.LeaseTerms;
import dev.hacolo.common.api.VcpuAllocation;
import dev.hacolo.common.config.ConfigException;
import dev.hacolo.common.config.ConfigReader;
import dev.hacolo.common.config.HostPort;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Configuration of the agent; the template {@code compute-agent.properties} explains each name.
 *
 * @param host this host's name, the one that Nova uses
 * @param tls this agent's certificate and the deployment's CA
 * @param network where it listens and whom it calls
 * @param peer failure detection
 * @param lease until when a primary's outputs may leave without news of its secondary
 * @param watchdog how long an event loop may stand still before the agent is killed; zero: for ever
 * @param driver what starts and finds guests
 * @param paths directories
 * @param qemu how QEMU is run
 * @param allocation how secondaries' vCPUs are confined
 * @param module whether the kernel module ha_colo is used
 * @param unsafeRelease whether orders may ask that outputs leave before they are compared
 */
public record AgentConfig(
    Host host,
    Tls tls,
    Network network,
    Peer peer,
    Lease lease,
    Duration watchdog,
    Driver driver,
    Paths paths,
    Qemu qemu,
    Allocation allocation,
    ModuleUse module,
    boolean unsafeRelease) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern ADDRESS =
      Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
  private static final Path INSTANCES = Path.of("/var/lib/ha-colo/instances");
  private static final Path STATE = Path.of("/var/lib/ha-colo/agent");
  private static final Map<String, VcpuAllocation.Level> LEVELS =
      Map.of(
          "cgroup-v2", VcpuAllocation.Level.CGROUP_V2,
          "cgroup-v1", VcpuAllocation.Level.CGROUP_V1,
          "affinity", VcpuAllocation.Level.AFFINITY,
          "module-gate", VcpuAllocation.Level.MODULE_GATE);
  private static final Pattern URI_OF_QEMU =
      Pattern.compile("qemu(\\+unix)?:///system(\\?[A-Za-z0-9._/=&-]+)?");
  private static final Pattern PORTS = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

  /**
   * This host.
   *
   * @param name the name that Nova uses
   * @param address IP address on the replication network
   * @param failureDomain rack, zone or power feed
   */
  public record Host(String name, String address, String failureDomain) {}

  /** PEM files. */
  public record Tls(Path ca, Path certificate, Path key) {}

  /**
   * Sockets.
   *
   * @param api HTTPS for the service
   * @param peer peer link
   * @param metrics plain HTTP for probes and Prometheus
   * @param services URLs of the replicas of nova-ha-service, at least one
   * @param firstPort first port for QEMU's streams
   * @param lastPort last port for QEMU's streams
   */
  public record Network(
      HostPort api,
      HostPort peer,
      HostPort metrics,
      List<URI> services,
      int firstPort,
      int lastPort) {
    /** Copies the list. */
    public Network {
      services = List.copyOf(services);
    }
  }

  /**
   * Peer link.
   *
   * @param heartbeat interval of heartbeats
   * @param suspicion silence after which the peer is taken for lost
   */
  public record Peer(Duration heartbeat, Duration suspicion) {}

  /**
   * Output lease.
   *
   * @param duration how long a primary's outputs may leave after a heartbeat that was answered
   * @param driftPercent how far a host's clock may be off in its rate; the same on all hosts
   * @param margin how much longer a secondary waits, for what is on its way in the primary's host
   * @param kernel whether the kernel drops what leaves a tap after the lease
   */
  public record Lease(Duration duration, int driftPercent, Duration margin, boolean kernel) {
    /** What the two sides rely on. */
    public LeaseTerms terms() {
      return new LeaseTerms(duration.toNanos(), driftPercent, margin.toNanos());
    }
  }

  /** What starts and finds guests. */
  public enum Guests {
    /** The agent itself; guests are plain QEMU processes with descriptors. */
    DIRECT,
    /** libvirtd; guests are domains, as Nova makes them. */
    LIBVIRT
  }

  /**
   * What starts and finds guests.
   *
   * @param guests of which kind they are
   * @param uri where libvirtd is
   */
  public record Driver(Guests guests, String uri) {}

  /** Directories, all absolute; that of the profiles of services need not exist. */
  public record Paths(Path guests, Path instances, Path state, Path run, Path profiles) {}

  /**
   * QEMU.
   *
   * @param binary system emulator
   * @param image qemu-img
   * @param accelerator kvm, tcg, or auto for kvm where it really runs guests
   * @param tls mutual TLS on the COLO stream, NBD and packet streams
   * @param syncDeadline longest copy of the disks, and of the RAM
   */
  public record Qemu(
      String binary, String image, String accelerator, boolean tls, Duration syncDeadline) {}

  /**
   * Confinement of secondaries' vCPUs.
   *
   * @param group what the names of this agent's control groups begin with; no other agent's on the
   *     same machine
   * @param levels means that may be used, the preferred one first; none: no confinement
   */
  public record Allocation(String group, List<VcpuAllocation.Level> levels) {
    /** Copies the list. */
    public Allocation {
      levels = List.copyOf(levels);
    }
  }

  /** Use of the kernel module ha_colo. */
  public enum ModuleUse {
    /** Not even if it is loaded. */
    OFF,
    /** Where it is loaded and does what is needed. */
    AUTO,
    /** As AUTO; and without it the host says that it can take no secondary. */
    REQUIRED
  }

  /** Reads and checks a file; all wrong values are reported at once. */
  public static AgentConfig read(Path file) throws ConfigException {
    return read(ConfigReader.open(file));
  }

  static AgentConfig read(ConfigReader in) throws ConfigException {
    Host host =
        new Host(
            in.required("host.name", NAME, "a host name of letters, digits, '.', '_' and '-'"),
            in.required("host.address", ADDRESS, "an IP address of this host"),
            in.text("host.failure_domain", "default"));
    Tls tls =
        new Tls(
            in.readableFile("tls.ca"),
            in.readableFile("tls.certificate"),
            in.readableFile("tls.key"));
    AgentConfig config =
        new AgentConfig(
            host,
            tls,
            network(in),
            peer(in),
            lease(in),
            watchdog(in),
            driver(in),
            paths(in),
            qemu(in),
            allocation(in),
            module(in),
            unsafeRelease(in));
    in.finish();
    return config;
  }

  private static Allocation allocation(ConfigReader in) {
    String group = in.text("allocation.group", "ha-colo");
    if (!NAME.matcher(group).matches()) {
      in.wrong("allocation.group", group, "a name of letters, digits, '.', '_' and '-'");
    }
    String text = in.text("allocation.levels", "cgroup-v2,cgroup-v1,affinity,module-gate");
    List<VcpuAllocation.Level> levels = new ArrayList<>();
    for (String word : text.equals("none") ? new String[0] : text.split(",", -1)) {
      VcpuAllocation.Level level = LEVELS.get(word.strip());
      if (level == null || levels.contains(level)) {
        in.wrong(
            "allocation.levels",
            text,
            "none, or some of cgroup-v2, cgroup-v1, affinity and module-gate, each once, separated by"
                + " commas");
        break;
      }
      levels.add(level);
    }
    return new Allocation(group, levels);
  }

  private static ModuleUse module(ConfigReader in) {
    String use = in.oneOf("module.use", "auto", Set.of("off", "auto", "required"));
    return ModuleUse.valueOf(use.toUpperCase(Locale.ROOT));
  }

  private static boolean unsafeRelease(ConfigReader in) {
    return in.oneOf("benchmark.unsafe_release", "false", Set.of("true", "false")).equals("true");
  }

  private static Network network(ConfigReader in) {
    int[] ports = ports(in);
    return new Network(
        toldToOthers(in, "api.listen", 9701),
        toldToOthers(in, "peer.listen", 9702),
        in.hostPort("metrics.listen", new HostPort("127.0.0.1", 9703)),
        ServiceUrls.read(in),
        ports[0],
        ports[1]);
  }

  /** A socket whose port others are told of, so it cannot be any free one. */
  private static HostPort toldToOthers(ConfigReader in, String name, int port) {
    HostPort value = in.hostPort(name, new HostPort("0.0.0.0", port));
    if (value.port() == 0) {
      in.wrong(name, value.toString(), "a port from 1 to 65535");
    }
    return value;
  }

  private static int[] ports(ConfigReader in) {
    String value = in.text("session.ports", "20000-20999");
    var matcher = PORTS.matcher(value);
    if (matcher.matches()) {
      int first = Integer.parseInt(matcher.group(1));
      int last = Integer.parseInt(matcher.group(2));
      if (first >= 1024 && last <= 65535 && last - first >= 7) {
        return new int[] {first, last};
      }
    }
    in.wrong("session.ports", value, "a range of at least 8 ports from 1024 to 65535");
    return new int[] {20000, 20999};
  }

  private static Peer peer(ConfigReader in) {
    Duration heartbeat =
        in.duration(
            "peer.heartbeat", Duration.ofMillis(50), Duration.ofMillis(10), Duration.ofSeconds(5));
    Duration suspicion =
        in.duration(
            "peer.suspicion", Duration.ofMillis(400), Duration.ofMillis(50), Duration.ofMinutes(1));
    if (suspicion.compareTo(heartbeat.multipliedBy(3)) < 0) {
      in.wrong(
          "peer.suspicion",
          suspicion.toMillis() + "ms",
          "at least three times peer.heartbeat (%d ms)".formatted(heartbeat.toMillis()));
    }
    return new Peer(heartbeat, suspicion);
  }

  private static Lease lease(ConfigReader in) {
    return new Lease(
        in.duration(
            "lease.duration", Duration.ofMillis(300), Duration.ofMillis(50), Duration.ofMinutes(1)),
        in.integer("lease.drift_percent", 11, 0, 50),
        in.duration("lease.margin", Duration.ofMillis(25), Duration.ZERO, Duration.ofSeconds(10)),
        in.oneOf("lease.kernel", "auto", Set.of("auto", "off")).equals("auto"));
  }

  private static Duration watchdog(ConfigReader in) {
    Duration timeout =
        in.duration(
            "watchdog.timeout", Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(10));
    if (!timeout.isZero() && timeout.toSeconds() < 5) {
      in.wrong("watchdog.timeout", timeout.toMillis() + "ms", "0s, or 5s to 10m");
    }
    return timeout;
  }

  private static Driver driver(ConfigReader in) {
    String guests = in.oneOf("guests.driver", "direct", Set.of("direct", "libvirt"));
    String uri = in.text("libvirt.uri", "qemu:///system");
    if (!URI_OF_QEMU.matcher(uri).matches()) {
      in.wrong("libvirt.uri", uri, "a URI of a QEMU driver on this host, such as qemu:///system");
    }
    return new Driver(Guests.valueOf(guests.toUpperCase(Locale.ROOT)), uri);
  }

  private static Paths paths(ConfigReader in) {
    Path run = in.directory("run.directory", Path.of("/run/ha-colo"));
    if (run.toString().length() > 60) {
      in.wrong(
          "run.directory", run.toString(), "a path of at most 60 bytes, for the sake of sockets");
    }
    return new Paths(
        in.directory("guests.directory", Path.of("/var/lib/ha-colo/guests")),
        forQemu(in, "instances.directory", in.directory("instances.directory", INSTANCES)),
        forQemu(in, "state.directory", in.directory("state.directory", STATE)),
        forQemu(in, "run.directory", run),
        in.directory("profiles.directory", Path.of("/etc/ha-colo/profiles")));
  }

  /** A comma ends a value in QEMU's options. */
  private static Path forQemu(ConfigReader in, String name, Path path) {
    if (path.toString().contains(",")) {
      in.wrong(name, path.toString(), "a path without commas, for the sake of QEMU's options");
    }
    return path;
  }

  private static Qemu qemu(ConfigReader in) {
    return new Qemu(
        in.text("qemu.binary", "/usr/bin/qemu-system-x86_64"),
        in.text("qemu.img_binary", "/usr/bin/qemu-img"),
        in.oneOf("qemu.accelerator", "auto", Set.of("auto", "kvm", "tcg")),
        in.oneOf("qemu.tls", "true", Set.of("true", "false")).equals("true"),
        in.duration(
            "qemu.sync_deadline",
            Duration.ofMinutes(30),
            Duration.ofSeconds(10),
            Duration.ofHours(24)));
  }

  /** Where the peer link's credentials for QEMU are kept; empty when its TLS is off. */
  public Optional<Path> qemuTlsDirectory() {
    return qemu.tls() ? Optional.of(paths.state().resolve("qemu-tls")) : Optional.empty();
  }
}
