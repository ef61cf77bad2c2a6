package dev.hacolo.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hacolo.common.api.VcpuAllocation;
import dev.hacolo.common.config.ConfigException;
import dev.hacolo.common.config.ConfigReader;
import dev.hacolo.common.config.HostPort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgentConfigTest {
  private static final Path TEMPLATE = Path.of("src/main/config/compute-agent.properties");

  private final Path pem;

  AgentConfigTest(@TempDir Path directory) throws IOException {
    pem = Files.writeString(directory.resolve("x.pem"), "x");
  }

  private Properties minimal() {
    Properties properties = new Properties();
    properties.setProperty("host.name", "compute-1");
    properties.setProperty("host.address", "192.0.2.11");
    properties.setProperty("service.url", "https://192.0.2.1:9700");
    for (String name : List.of("tls.ca", "tls.certificate", "tls.key")) {
      properties.setProperty(name, pem.toString());
    }
    return properties;
  }

  private static AgentConfig read(Properties properties) throws ConfigException {
    return AgentConfig.read(ConfigReader.of("x", properties));
  }

  private static List<String> problems(Properties properties) {
    ConfigException fault = catchThrowableOfType(ConfigException.class, () -> read(properties));
    return fault == null ? List.of() : fault.problems();
  }

  @Test
  void everyDefaultIsPinned() throws ConfigException {
    assertThat(read(minimal()))
        .isEqualTo(
            new AgentConfig(
                new AgentConfig.Host("compute-1", "192.0.2.11", "default"),
                new AgentConfig.Tls(pem, pem, pem),
                new AgentConfig.Network(
                    new HostPort("0.0.0.0", 9701),
                    new HostPort("0.0.0.0", 9702),
                    new HostPort("127.0.0.1", 9703),
                    List.of(URI.create("https://192.0.2.1:9700")),
                    20_000,
                    20_999),
                new AgentConfig.Peer(Duration.ofMillis(50), Duration.ofMillis(400)),
                new AgentConfig.Lease(Duration.ofMillis(300), 11, Duration.ofMillis(25), true),
                Duration.ofSeconds(30),
                new AgentConfig.Driver(AgentConfig.Guests.DIRECT, "qemu:///system"),
                new AgentConfig.Paths(
                    Path.of("/var/lib/ha-colo/guests"),
                    Path.of("/var/lib/ha-colo/instances"),
                    Path.of("/var/lib/ha-colo/agent"),
                    Path.of("/run/ha-colo"),
                    Path.of("/etc/ha-colo/profiles")),
                new AgentConfig.Qemu(
                    "/usr/bin/qemu-system-x86_64",
                    "/usr/bin/qemu-img",
                    "auto",
                    true,
                    Duration.ofMinutes(30)),
                new AgentConfig.Allocation(
                    "ha-colo",
                    List.of(
                        VcpuAllocation.Level.CGROUP_V2,
                        VcpuAllocation.Level.CGROUP_V1,
                        VcpuAllocation.Level.AFFINITY,
                        VcpuAllocation.Level.MODULE_GATE)),
                AgentConfig.ModuleUse.AUTO,
                false));
  }

  /** Names in the template, commented out or not, with their values. */
  private static Properties template() throws IOException {
    Properties properties = new Properties();
    Matcher names =
        Pattern.compile("(?m)^#?([a-z_]+(?:\\.[a-z_]+)+)=(.*)$")
            .matcher(Files.readString(TEMPLATE));
    while (names.find()) {
      properties.setProperty(
          Objects.requireNonNull(names.group(1)), Objects.requireNonNull(names.group(2)));
    }
    return properties;
  }

  @Test
  void theTemplateNamesWhatTheReaderKnowsAndNothingElse() throws IOException {
    Properties unknown = minimal();
    unknown.setProperty("no.such.name", "1");
    String known = problems(unknown).get(0).replaceFirst(".*allowed are ", "");
    assertThat(template().stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(
            new TreeSet<>(Set.copyOf(Arrays.asList(known.split(", ")))));
  }

  @Test
  void theTemplatesCommentsShowTheDefaults() throws IOException, ConfigException {
    Properties all = template();
    for (String name : minimal().stringPropertyNames()) {
      all.setProperty(name, minimal().getProperty(name));
    }
    assertThat(read(all)).isEqualTo(read(minimal()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
      host.name           | a b          | host.name is 'a b': allowed is a host name of letters, digits, '.', '_' and '-'
      host.address        | dead.beef    | host.address is 'dead.beef': allowed is an IP address of this host
      host.address        | compute-1    | host.address is 'compute-1': allowed is an IP address of this host
      tls.key             | /no/such     | tls.key is '/no/such': allowed is the path of a file that this process can read
      service.url         | http://x:1   | service.url is 'http://x:1': allowed is 1 to 8 different https URLs like https://192.0.2.1:9700, joined by commas
      service.url         | https://     | service.url is 'https://': allowed is 1 to 8 different https URLs like https://192.0.2.1:9700, joined by commas
      service.url         | https://a,   | service.url is 'https://a,': allowed is 1 to 8 different https URLs like https://192.0.2.1:9700, joined by commas
      api.listen          | 9701         | api.listen is '9701': allowed is an address and a port from 0 to 65535, like 192.0.2.1:9500
      api.listen          | 0.0.0.0:0    | api.listen is '0.0.0.0:0': allowed is a port from 1 to 65535
      peer.listen         | [::]:0       | peer.listen is '[::]:0': allowed is a port from 1 to 65535
      session.ports       | 20000-20006  | session.ports is '20000-20006': allowed is a range of at least 8 ports from 1024 to 65535
      session.ports       | 80-90        | session.ports is '80-90': allowed is a range of at least 8 ports from 1024 to 65535
      session.ports       | 65000-65536  | session.ports is '65000-65536': allowed is a range of at least 8 ports from 1024 to 65535
      peer.heartbeat      | 9ms          | peer.heartbeat is '9ms': allowed is a duration from 10 ms to 5000 ms, written like 50ms, 2s, 5m or 1h
      peer.suspicion      | 100ms        | peer.suspicion is '100ms': allowed is at least three times peer.heartbeat (50 ms)
      run.directory       | run          | run.directory is 'run': allowed is the absolute path of a directory
      instances.directory | /a,b         | instances.directory is '/a,b': allowed is a path without commas, for the sake of QEMU's options
      guests.driver       | virsh        | guests.driver is 'virsh': allowed is direct, libvirt
      libvirt.uri         | xen:///      | libvirt.uri is 'xen:///': allowed is a URI of a QEMU driver on this host, such as qemu:///system
      qemu.accelerator    | xen          | qemu.accelerator is 'xen': allowed is auto, kvm, tcg
      allocation.group    | a/b          | allocation.group is 'a/b': allowed is a name of letters, digits, '.', '_' and '-'
      allocation.levels   | cpu          | allocation.levels is 'cpu': allowed is none, or some of cgroup-v2, cgroup-v1, affinity and module-gate, each once, separated by commas
      module.use          | yes          | module.use is 'yes': allowed is auto, off, required
      qemu.tls            | yes          | qemu.tls is 'yes': allowed is false, true
      qemu.sync_deadline  | 1s           | qemu.sync_deadline is '1s': allowed is a duration from 10000 ms to 86400000 ms, written like 50ms, 2s, 5m or 1h
      """)
  void aWrongValueIsOneSentence(String name, String value, String sentence) {
    Properties properties = minimal();
    properties.setProperty(name, value);
    assertThat(problems(properties)).containsExactly(sentence);
  }

  @Test
  void aLongRunDirectoryIsRefusedForTheSakeOfSockets() {
    Properties properties = minimal();
    properties.setProperty("run.directory", "/" + "r".repeat(60));
    assertThat(problems(properties)).singleElement().asString().endsWith("for the sake of sockets");
  }

  @Test
  void allWrongValuesAreReportedAtOnce() {
    Properties properties = minimal();
    properties.setProperty("host.address", "x");
    properties.setProperty("session.ports", "x");
    properties.setProperty("peer.heartbeat", "x");
    properties.setProperty("qemu.accelerator", "x");
    properties.setProperty("x", "x");
    properties.remove("service.url");
    properties.remove("tls.ca");
    assertThat(problems(properties)).hasSize(7);
  }

  @ParameterizedTest
  @CsvSource({"::1", "2001:db8::11", "192.0.2.11", "::ffff:192.0.2.1"})
  void bothFamiliesAreAddresses(String address) throws ConfigException {
    Properties properties = minimal();
    properties.setProperty("host.address", address);
    assertThat(read(properties).host().address()).isEqualTo(address);
  }

  @Test
  void qemusTlsCanBeTurnedOff() throws ConfigException {
    Properties properties = minimal();
    assertThat(read(properties).qemuTlsDirectory())
        .isEqualTo(Optional.of(Path.of("/var/lib/ha-colo/agent/qemu-tls")));
    properties.setProperty("qemu.tls", "false");
    assertThat(read(properties).qemuTlsDirectory()).isEmpty();
  }
}
