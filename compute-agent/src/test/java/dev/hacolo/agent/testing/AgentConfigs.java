package dev.hacolo.agent.testing;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.common.config.HostPort;
import dev.hacolo.common.identity.TestCa;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;

/** Configurations of agents on loopback; ports are any free ones. */
public final class AgentConfigs {
  /** Interval of heartbeats. */
  public static final Duration HEARTBEAT = Duration.ofMillis(20);

  /** Bound of silence. */
  public static final Duration SUSPICION = Duration.ofMillis(300);

  /** How long a lease lasts. */
  public static final Duration LEASE = Duration.ofMillis(220);

  private AgentConfigs() {}

  /** An agent with a certificate of its name. */
  public static AgentConfig of(Path directory, TestCa ca, String host)
      throws GeneralSecurityException, IOException {
    return of(directory, ca, host, host);
  }

  /** An agent whose certificate may carry another name. */
  public static AgentConfig of(Path directory, TestCa ca, String host, String certifiedName)
      throws GeneralSecurityException, IOException {
    return of(directory, ca, host, certifiedName, LEASE);
  }

  /** An agent whose leases last so long. */
  public static AgentConfig of(
      Path directory, TestCa ca, String host, String certifiedName, Duration lease)
      throws GeneralSecurityException, IOException {
    TestCa.Credentials own = ca.issue(host, "CN=%s,OU=agent".formatted(certifiedName));
    Path root = directory.resolve("at-" + host);
    HostPort free = new HostPort("127.0.0.1", 0);
    return new AgentConfig(
        new AgentConfig.Host(host, "127.0.0.1", "rack-1"),
        new AgentConfig.Tls(ca.pemFile(), own.certificate(), own.key()),
        new AgentConfig.Network(
            free, free, free, List.of(URI.create("https://127.0.0.1:1")), 20_000, 20_999),
        new AgentConfig.Peer(HEARTBEAT, SUSPICION),
        new AgentConfig.Lease(lease, 11, Duration.ofMillis(10), true),
        Duration.ZERO,
        new AgentConfig.Driver(AgentConfig.Guests.DIRECT, "qemu:///system"),
        new AgentConfig.Paths(
            root.resolve("guests"),
            root.resolve("instances"),
            root.resolve("state"),
            directory.resolve("r-" + host),
            root.resolve("profiles")),
        new AgentConfig.Qemu("qemu", "qemu-img", "tcg", true, Duration.ofSeconds(10)),
        new AgentConfig.Allocation("ha-colo-test", List.of()),
        AgentConfig.ModuleUse.OFF,
        false);
  }
}
