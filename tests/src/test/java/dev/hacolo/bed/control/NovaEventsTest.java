package dev.hacolo.bed.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.openstack.StandInKeystone;
import dev.hacolo.bed.openstack.StandInOpenStack;
import dev.hacolo.bed.openstack.StandInOptions;
import dev.hacolo.bed.openstack.StandInServer;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunRemoval;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.identity.PeerIdentity.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * nova-ha-service as a process against a real broker and a real database: what Nova may send, and
 * what may happen to broker and service meanwhile. No agent runs, so pairs stay REQUESTED. Nova is
 * asked for its servers once a day only: what happens here happens by notifications.
 */
@Tag("two-node")
class NovaEventsTest {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  @Test
  void everyNotificationIsDealtWithOnceWhateverItIsAndWhoeverDies() {
    StateDirectory state = StateDirectory.configured();
    RunDirectory run = state.newRun();
    try (Launcher launcher = new Launcher(run, false);
        StandInOpenStack openStack = StandInOpenStack.start(StandInOptions.loopback())) {
      Parts parts = Parts.start(state, run, launcher, openStack);
      nonsenseIsAcknowledgedAndCounted(parts);
      aDuplicateMakesNoSecondPair(parts);
      aBrokerThatDiesIsFoundAgain(parts);
      aMessageThatCameWhileTheServiceWasDeadIsNotLost(parts);
    } finally {
      RunRemoval.remove(run);
    }
  }

  private static void nonsenseIsAcknowledgedAndCounted(Parts parts) {
    GuestDescription plain = parts.newServer(false);
    try (NovaNotifications nova = new NovaNotifications(parts.broker())) {
      nova.publish("this is no JSON");
      nova.publish("{\"oslo.version\":\"2.0\",\"oslo.message\":\"{\"}");
      nova.publish("{\"oslo.version\":\"2.0\",\"oslo.message\":\"{\\\"event_type\\\":7}\"}");
      nova.publish(NovaNotifications.created(plain, "node-a", false));
      Await.until("four messages", DEADLINE, () -> parts.dealtWith() == 4);
      assertThat(nova.waitingIn(HaServiceProcess.QUEUE)).isZero();
    }
    assertThat(parts.dealtWith("malformed")).isEqualTo(3);
    assertThat(parts.pairs()).isEmpty();
  }

  private static void aDuplicateMakesNoSecondPair(Parts parts) {
    GuestDescription guest = parts.newServer(true);
    String body = NovaNotifications.created(guest, "node-a", true);
    try (NovaNotifications nova = new NovaNotifications(parts.broker())) {
      nova.publish(body);
      nova.publish(body);
      Await.until("two more messages", DEADLINE, () -> parts.dealtWith() == 6);
    }
    assertThat(parts.dealtWith("duplicate")).isEqualTo(1);
    assertThat(parts.pairs())
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.get("instance_uuid").asText()).isEqualTo(guest.uuid().toString());
              assertThat(pair.get("state").asText()).isEqualTo("REQUESTED");
            });
  }

  private static void aBrokerThatDiesIsFoundAgain(Parts parts) {
    parts.broker().kill();
    Await.until("the service to notice", DEADLINE, () -> !parts.brokerIsUp());
    parts.broker().restart();
    // Nova's exchange does not survive its broker, so neither does the binding to it: what is
    // published before the service is back is lost, and left to the comparison with Nova.
    Await.until("the service to be back", DEADLINE, parts::brokerIsUp);
    publishForNewServer(parts);
    Await.until("a second pair", DEADLINE, () -> parts.pairs().size() == 2);
  }

  private static void aMessageThatCameWhileTheServiceWasDeadIsNotLost(Parts parts) {
    parts.running().killAndWait();
    publishForNewServer(parts);
    parts.restartService();
    Await.until("a third pair", DEADLINE, () -> parts.pairs().size() == 3);
  }

  private static void publishForNewServer(Parts parts) {
    try (NovaNotifications nova = new NovaNotifications(parts.broker())) {
      nova.publish(NovaNotifications.created(parts.newServer(true), "node-a", true));
    }
  }

  /** The processes of the test. */
  private static final class Parts {
    private final StandInOpenStack openStack;
    private final RabbitBroker broker;
    private final HaServiceProcess service;
    private final ApiClient operator;
    private RunningProcess running;

    private Parts(
        StandInOpenStack openStack,
        RabbitBroker broker,
        HaServiceProcess service,
        ApiClient operator) {
      this.openStack = openStack;
      this.broker = broker;
      this.service = service;
      this.operator = operator;
      this.running = service.start();
    }

    static Parts start(
        StateDirectory state, RunDirectory run, Launcher launcher, StandInOpenStack openStack) {
      CertificateAuthority authority = new CertificateAuthority(run.directory("pki"));
      PostgresServer database = PostgresServer.start(state, run, launcher, Place.LOOPBACK);
      RabbitBroker broker = RabbitBroker.start(run, launcher, Place.LOOPBACK);
      HaServiceProcess service =
          new HaServiceProcess(
              run,
              launcher,
              Place.LOOPBACK,
              1,
              LOOPBACK,
              authority,
              database,
              broker,
              new HaServiceProcess.OpenStack(
                  openStack.authUrl(),
                  StandInKeystone.USER,
                  Secret.write(
                      run.directory("openstack").resolve("password"),
                      openStack.keystone().password()),
                  StandInKeystone.PROJECT,
                  StandInKeystone.DOMAIN,
                  StandInKeystone.REGION),
              Map.of("reconcile.interval", "24h"));
      var operator = authority.issue(Role.OPERATOR, "test", LOOPBACK);
      return new Parts(openStack, broker, service, new ApiClient(service.url(), operator));
    }

    RabbitBroker broker() {
      return broker;
    }

    RunningProcess running() {
      return running;
    }

    void restartService() {
      running = service.start();
    }

    List<JsonNode> pairs() {
      JsonNode pairs = operator.get("/v1/pairs").required("pairs");
      return StreamSupport.stream(pairs.spliterator(), false).toList();
    }

    /** A server that Nova knows; nobody has been told of it. */
    GuestDescription newServer(boolean withProtection) {
      UUID uuid = UUID.randomUUID();
      openStack
          .nova()
          .put(
              new StandInServer(
                  uuid,
                  "guest",
                  "project",
                  "user",
                  "node-a",
                  "active",
                  1,
                  256,
                  1,
                  withProtection ? Map.of("ha_colo:enabled", "true") : Map.of()));
      return new GuestDescription(
          uuid,
          "guest",
          "pc",
          "tcg",
          "qemu64",
          1,
          262_144,
          null,
          List.of(
              new GuestDescription.Nic("net0", "e1000", "52:54:00:00:00:01", "04", "tap0", "br0")),
          List.of());
    }

    /** Messages that the service's metrics say it has dealt with. */
    long dealtWith() {
      return dealtWith("");
    }

    long dealtWith(String outcome) {
      return metrics()
          .lines()
          .filter(line -> line.startsWith("hacolo_notifications_total{"))
          .filter(line -> line.contains("outcome=\"" + outcome))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf("} ") + 2)))
          .sum();
    }

    boolean brokerIsUp() {
      return metrics().lines().anyMatch("hacolo_broker_up 1.0"::equals);
    }

    private String metrics() {
      try (InputStream in =
          URI.create("http://" + service.metrics() + "/metrics").toURL().openStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
