package dev.hacolo.bed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.control.AgentProcess;
import dev.hacolo.bed.control.ApiClient;
import dev.hacolo.bed.control.CertificateAuthority;
import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.bed.traffic.TrafficMessage;
import dev.hacolo.bed.traffic.TrafficProcess;
import dev.hacolo.bed.traffic.TrafficVerdict;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.common.identity.PeerIdentity.Role;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two agents, a real guest and clients, without the service: protect, kill, go on. */
@Tag("two-node")
class PairOfAgentsTest {
  private static final int SERVICE_PORT = 9700;
  private static final Duration PROTECT = Duration.ofMinutes(2);

  private final UUID pair = UUID.randomUUID();

  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void clientsOfAProtectedGuestNoticeAPauseWhenItsNodeDies() throws Exception {
    try (TwoNodeBed bed = TwoNodeBed.create()) {
      bed.network().control().call(() -> survive(bed));
    }
  }

  private boolean survive(TwoNodeBed bed) throws Exception {
    DirectGuest guest = bed.startGuest("node-a", UUID.randomUUID(), GuestBlueprint.DEFAULT);
    CertificateAuthority authority = new CertificateAuthority(bed.run().directory("pki"));
    var tls = authority.issue(Role.SERVICE, "arbiter", TwoNodeNetwork.CONTROL_ADDRESS);
    try (StandInArbiter arbiter =
        new StandInArbiter(TwoNodeNetwork.CONTROL_ADDRESS, SERVICE_PORT, tls)) {
      AgentProcess primary = agent(bed, authority, "node-a");
      AgentProcess secondary = agent(bed, authority, "node-b");
      RunningProcess primaryAgent = primary.start();
      secondary.start();
      TrafficProcess traffic = bed.startTraffic();
      guest.awaitUp();
      traffic.open(2);
      protect(guest, primary, secondary, tls);
      traffic.open(2);
      awaitWrites(traffic, 200);

      traffic.measureGapsAnew();
      long killed = System.nanoTime();
      guest.qemu().kill();
      primaryAgent.kill();
      guest.qemu().killAndWait();
      TrafficMessage.Event answer =
          traffic.firstAnswerAfter(System.nanoTime(), Duration.ofSeconds(20));
      double failoverMs = (answer.at() - killed) / 1e6;
      awaitWrites(traffic, 400);
      TrafficVerdict verdict = traffic.judge();
      System.out.printf("failover %.1f ms, %s%n", failoverMs, verdict);
      assertThat(verdict.complaints()).isEmpty();
      assertThat(failoverMs).isLessThan(2000);
      assertThat(arbiter.claims()).isNotEmpty().allMatch(c -> c.host().equals("node-b"));
      return true;
    }
  }

  private void protect(
      DirectGuest guest,
      AgentProcess primary,
      AgentProcess secondary,
      CertificateAuthority.Credentials tls)
      throws Exception {
    ApiClient atPrimary = new ApiClient(primary.url(), tls);
    ApiClient atSecondary = new ApiClient(secondary.url(), tls);
    UUID instance = guest.description().uuid();
    order(
        atSecondary,
        new SessionOrder(
            pair,
            instance,
            1,
            SessionTarget.SECONDARY,
            primary.peerAddress(),
            guest.description(),
            null,
            null));
    JsonNode ready = awaitPhase(atSecondary, "READY");
    SecondaryEndpoints endpoints =
        ApiJson.mapper().treeToValue(ready.required("endpoints"), SecondaryEndpoints.class);
    order(
        atPrimary,
        new SessionOrder(
            pair,
            instance,
            1,
            SessionTarget.PRIMARY,
            secondary.peerAddress(),
            null,
            endpoints,
            null));
    awaitPhase(atPrimary, "PROTECTED");
    awaitPhase(atSecondary, "PROTECTED");
  }

  private void order(ApiClient agent, SessionOrder order) {
    agent.put("/v1/sessions/" + pair, order);
  }

  private JsonNode awaitPhase(ApiClient agent, String phase) {
    JsonNode[] last = new JsonNode[1];
    Await.until(
        PROTECT,
        () -> {
          last[0] = agent.get("/v1/sessions/" + pair);
          String now = last[0].required("phase").asText();
          if (now.equals("FAILED")) {
            throw new BedException("the session failed: " + last[0]);
          }
          return now.equals(phase);
        },
        () -> "phase %s was not reached: %s".formatted(phase, last[0]));
    return last[0];
  }

  private static void awaitWrites(TrafficProcess traffic, long number) {
    Await.until(
        "%d writes on each connection".formatted(number),
        Duration.ofMinutes(2),
        () ->
            traffic.status().stream()
                .filter(c -> c.protocol().writes())
                .allMatch(c -> c.acknowledgedWrites() >= number || c.broken() != null));
  }

  private static AgentProcess agent(TwoNodeBed bed, CertificateAuthority authority, String host) {
    return new AgentProcess(
        bed.run(),
        bed.launcher(),
        bed.network(),
        bed.network().node(host),
        bed.emulator(),
        authority,
        bed.guestsDirectory(host),
        "https://%s:%d".formatted(TwoNodeNetwork.CONTROL_ADDRESS, SERVICE_PORT));
  }
}
