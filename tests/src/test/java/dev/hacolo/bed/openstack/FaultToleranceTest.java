package dev.hacolo.bed.openstack;

import static dev.hacolo.bed.openstack.CloudBed.fault;
import static dev.hacolo.bed.openstack.CloudBed.reservation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.openstack.OpenStackCloud;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class FaultToleranceTest {
  private final CloudBed bed = new CloudBed();
  private final StandInFaults faults = bed.openstack.faults();

  @AfterEach
  void close() {
    bed.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503})
  void aBusyServerIsAskedAgain(int status) throws CloudException {
    faults.next("GET", "/os-services", 2, StandInFaults.Status.of(status));

    assertThat(bed.cloud.computeHosts()).hasSize(2);
    assertThat(bed.openstack.requests("GET", "/os-services")).isEqualTo(3);
  }

  @Test
  void aBusyKeystoneIsAskedAgain() throws CloudException {
    faults.next("POST", "/auth/tokens", 2, StandInFaults.Status.of(503));

    assertThat(bed.cloud.computeHosts()).hasSize(2);
  }

  @Test
  void retriesEndInATransientFault() {
    faults.next("GET", "/os-services", 100, StandInFaults.Status.of(503));

    CloudException fault = fault(bed.cloud::computeHosts);

    assertThat(fault).hasMessage("Nova: GET /os-services was answered with 503: fault");
    assertThat(fault.isTransient()).isTrue();
    assertThat(bed.openstack.requests("GET", "/os-services")).isEqualTo(4);
  }

  @Test
  void aWaitBeyondTheDeadlineIsNotBegun() {
    faults.next(
        "GET",
        "/os-services",
        1,
        new StandInFaults.Status(429, Map.of("Retry-After", "3600"), "{}"));
    long before = System.nanoTime();

    CloudException fault = fault(bed.cloud::computeHosts);

    assertThat(fault).hasMessageContaining("429");
    assertThat(fault.isTransient()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 406})
  void aRefusalIsPermanentAndNotRetried(int status) {
    faults.next("GET", "/os-services", 1, StandInFaults.Status.of(status));

    CloudException fault = fault(bed.cloud::computeHosts);

    assertThat(fault).hasMessageContaining("Nova: GET /os-services was answered with " + status);
    assertThat(fault.isTransient()).isFalse();
    assertThat(bed.openstack.requests("GET", "/os-services")).isEqualTo(1);
  }

  @Test
  void aLostConnectionIsOpenedAgain() throws CloudException {
    UUID consumer = UUID.randomUUID();
    faults.next("PUT", "/allocations/", 2, new StandInFaults.Drop());
    faults.next("GET", "/allocations/", 2, new StandInFaults.Drop());

    bed.cloud.reserve(reservation(consumer));

    assertThat(bed.openstack.placement().allocation(consumer)).isPresent();
    assertThat(faults.pending()).isZero();
  }

  @Test
  void nobodyListeningIsATransientFault() {
    bed.openstack.close();

    CloudException fault = fault(bed.cloud::computeHosts);

    assertThat(fault)
        .hasMessageContaining("Keystone: POST " + bed.openstack.authUrl())
        .hasMessageContaining("got no answer in 4 attempt(s): no connection");
    assertThat(fault.isTransient()).isTrue();
  }

  @Test
  void aHungServerCostsHalfTheDeadlineOrAllOfIt() throws CloudException {
    Duration timeout = Duration.ofMillis(1500);
    try (OpenStackCloud cloud = new OpenStackCloud(bed.access(timeout))) {
      faults.next("GET", "/os-services", 1, new StandInFaults.Hang());
      assertThat(cloud.computeHosts()).hasSize(2);

      faults.next("GET", "/os-services", 4, new StandInFaults.Hang());
      long before = System.nanoTime();
      CloudException fault = fault(cloud::computeHosts);
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofMillis(750), Duration.ofMillis(3000));
      assertThat(fault).hasMessageContaining("no answer");
      assertThat(fault.isTransient()).isTrue();
    }
  }

  @Test
  void anEndlessAnswerIsCutOff() {
    faults.next(
        "GET", "/os-services", 4, new StandInFaults.Status(200, Map.of(), " ".repeat(17 << 20)));

    assertThat(fault(bed.cloud::computeHosts)).hasMessageContaining("longer than 16777216 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>maintenance</html>", "{\"services\": 7}", "[]", ""})
  void anAnswerOfAnotherFormIsAFaultNotAnEmptyList(String body) {
    faults.next("GET", "/os-services", 1, new StandInFaults.Status(200, Map.of(), body));

    assertThat(fault(bed.cloud::computeHosts)).hasMessageContaining("no list 'services'");
  }

  @Test
  void anInterruptedCallEndsAndKeepsTheMark() {
    Thread.currentThread().interrupt();

    CloudException fault = fault(bed.cloud::computeHosts);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(fault).hasMessageContaining("interrupted");
    assertThat(fault.isTransient()).isTrue();
  }

  @Test
  void noSecretIsLoggedOrThrown() throws CloudException {
    bed.openstack.keystone().password("correct-horse-battery");
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level level = root.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    root.setLevel(Level.TRACE);
    CloudException fault;
    try {
      bed.cloud.computeHosts();
      String token = bed.openstack.keystone().tokens().get(0);
      String echo = "{\"badRequest\": {\"message\": \"bad X-Auth-Token: %s\"}}".formatted(token);
      faults.next("GET", "/os-services", 1, new StandInFaults.Drop());
      faults.next("GET", "/os-services", 1, new StandInFaults.Status(400, Map.of(), echo));
      fault = fault(bed.cloud::computeHosts);
    } finally {
      root.setLevel(level);
      root.detachAppender(log);
    }

    assertThat(fault).hasMessageContaining("bad X-Auth-Token: [...]");
    List<String> lines =
        List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(lines).anyMatch(line -> line.contains("new Keystone token for ha-colo"));
    assertThat(lines)
        .noneMatch(line -> line.contains("gAAAAAB") || line.contains("correct-horse-battery"));
    assertThat(bed.access(Duration.ofSeconds(1)).toString()).doesNotContain("correct-horse");
  }

  @Test
  void wrongAccessIsRefusedInOneSentence() {
    assertThatThrownBy(() -> bed.access("ftp://x", "", Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http(s)://host");
    assertThatThrownBy(() -> bed.access("http://u:hidden@x/v3", "", Duration.ofSeconds(1)))
        .hasMessageContaining("without user or password")
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(() -> bed.access(Duration.ofMillis(99)))
        .hasMessage("timeout is 99 ms: allowed is 100 to 600000 ms");
  }
}
