package dev.hacolo.bed.openstack;

import static dev.hacolo.bed.openstack.CloudBed.fault;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.openstack.OpenStackAccess;
import dev.hacolo.service.openstack.OpenStackCloud;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrivateCaTest {
  private final Path directory;
  private final TestCa ca;
  private final StandInOpenStack openstack;

  PrivateCaTest(@TempDir Path directory) throws Exception {
    this.directory = directory;
    ca = new TestCa(directory);
    openstack = StandInOpenStack.start(StandInOptions.loopback().with(ca.server()));
  }

  @BeforeAll
  void addHost() {
    openstack.addHost(StandInHost.of("node-a", 8, 8192, 100));
  }

  @AfterAll
  void close() {
    openstack.close();
  }

  private OpenStackCloud cloud(String authUrl, Optional<Path> trusted) {
    return new OpenStackCloud(
        new OpenStackAccess(
            authUrl,
            StandInKeystone.USER,
            () -> openstack.keystone().password().toCharArray(),
            StandInKeystone.PROJECT,
            StandInKeystone.DOMAIN,
            StandInKeystone.DOMAIN,
            "",
            trusted,
            Duration.ofSeconds(5)));
  }

  @Test
  void theGivenCaIsTrusted() throws Exception {
    assertThat(openstack.authUrl()).startsWith("https://127.0.0.1:");
    try (OpenStackCloud cloud = cloud(openstack.authUrl(), Optional.of(ca.certificate("ca")))) {
      assertThat(cloud.computeHosts()).hasSize(1);
    }
  }

  @Test
  void noOtherCaIsTrusted() throws Exception {
    for (Optional<Path> trusted :
        List.of(Optional.of(ca.certificate("other")), Optional.<Path>empty())) {
      try (OpenStackCloud cloud = cloud(openstack.authUrl(), trusted)) {
        CloudException fault = fault(cloud::computeHosts);
        assertThat(fault).hasMessageContaining("in 1 attempt(s): the TLS handshake failed");
        assertThat(fault.isTransient()).isFalse();
      }
    }
  }

  @Test
  void theHostNameIsChecked() throws Exception {
    String elsewhere = openstack.authUrl().replace("127.0.0.1", "localhost");
    try (OpenStackCloud cloud = cloud(elsewhere, Optional.of(ca.certificate("ca")))) {
      assertThat(fault(cloud::computeHosts)).hasMessageContaining("the TLS handshake failed");
    }
  }

  @Test
  void aFileThatIsNoCaIsRefusedAtOnce() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    Path noise = Files.writeString(directory.resolve("noise.pem"), "-----BEGIN CERTIFICATE-----");
    Path absent = directory.resolve("absent.pem");

    for (Path file : List.of(empty, noise, absent)) {
      assertThatThrownBy(() -> cloud(openstack.authUrl(), Optional.of(file)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(file.toString());
    }
  }
}
