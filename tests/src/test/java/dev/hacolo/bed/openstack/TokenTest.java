package dev.hacolo.bed.openstack;

import static dev.hacolo.bed.openstack.CloudBed.fault;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.openstack.OpenStackAccess;
import dev.hacolo.service.openstack.OpenStackCloud;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final CloudBed bed = new CloudBed();
  private final StandInKeystone keystone = bed.openstack.keystone();

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void oneTokenServesManyCalls() throws CloudException {
    for (int i = 0; i < 5; i++) {
      bed.cloud.computeHosts();
    }
    assertThat(keystone.tokensIssued()).isEqualTo(1);
  }

  @Test
  void aRevokedTokenIsReplaced() throws CloudException {
    bed.cloud.computeHosts();
    keystone.revokeTokens();

    assertThat(bed.cloud.computeHosts()).hasSize(2);
    assertThat(keystone.tokensIssued()).isEqualTo(2);
  }

  @Test
  void aTokenIsRenewedBeforeItExpires() throws CloudException {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    keystone.tokenLifetime(Duration.ofMinutes(60));
    try (OpenStackCloud cloud = new OpenStackCloud(bed.access(TIMEOUT), now::get)) {
      cloud.computeHosts();
      now.set(Instant.parse("2026-01-01T00:54:59Z"));
      cloud.computeHosts();
      assertThat(keystone.tokensIssued()).isEqualTo(1);

      now.set(Instant.parse("2026-01-01T00:55:00Z"));
      cloud.computeHosts();
      assertThat(keystone.tokensIssued()).isEqualTo(2);
    }
    assertThat(bed.openstack.requests("GET", "/os-services")).isEqualTo(3);
  }

  @Test
  void manyThreadsShareOneTokenAndOneRenewal() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 1; round <= 2; round++) {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
          calls.add(() -> bed.cloud.computeHosts().size());
        }
        for (Future<Integer> call : threads.invokeAll(calls, 15, TimeUnit.SECONDS)) {
          assertThat(call.get()).isEqualTo(2);
        }
        assertThat(keystone.tokensIssued()).isEqualTo(round);
        keystone.revokeTokens();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aTokenThatIsRefusedTwiceIsAPermanentFault() {
    bed.openstack.faults().next("GET", "/os-services", 2, StandInFaults.Status.of(401));

    CloudException fault = fault(bed.cloud::computeHosts);

    assertThat(fault).hasMessageContaining("401 (the token was refused twice)");
    assertThat(fault.isTransient()).isFalse();
  }

  @Test
  void aWrongPasswordIsOneClearSentenceAndTheRightOneIsPickedUp() throws CloudException {
    String[] password = {"wrong-horse"};
    OpenStackAccess access =
        new OpenStackAccess(
            bed.openstack.authUrl() + "/",
            StandInKeystone.USER,
            () -> password[0].toCharArray(),
            StandInKeystone.PROJECT,
            StandInKeystone.DOMAIN,
            StandInKeystone.DOMAIN,
            "",
            Optional.empty(),
            TIMEOUT);
    try (OpenStackCloud cloud = new OpenStackCloud(access)) {
      CloudException fault = fault(cloud::computeHosts);
      assertThat(fault)
          .hasMessage(
              "Keystone: POST %s/auth/tokens refused ha-colo: check user, password, domains and"
                  + " project",
              bed.openstack.authUrl());
      assertThat(fault.isTransient()).isFalse();
      assertThat(bed.openstack.requests("POST", "/auth/tokens")).isEqualTo(1);

      password[0] = keystone.password();
      assertThat(cloud.computeHosts()).hasSize(2);
    }
  }

  @Test
  void aRegionWithoutTheServiceIsAPermanentFault() {
    OpenStackAccess access = bed.access(bed.openstack.authUrl(), "Atlantis", TIMEOUT);
    try (OpenStackCloud cloud = new OpenStackCloud(access)) {
      CloudException fault = fault(cloud::computeHosts);
      assertThat(fault)
          .hasMessageContaining("no internal or public endpoint of type 'compute'")
          .hasMessageContaining("'Atlantis'");
      assertThat(fault.isTransient()).isFalse();
    }
  }
}
