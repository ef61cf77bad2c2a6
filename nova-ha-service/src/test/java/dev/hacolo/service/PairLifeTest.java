package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceBed;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The whole service, from a notification to a survived loss, and what can go wrong on the way. */
class PairLifeTest extends EndToEnd {
  @Test
  void aServerIsProtectedSurvivesItsPrimaryAndIsProtectedAgain() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    assertThat(pair.path("secondary_host").asText()).isEqualTo("node-b");
    assertThat(bed.cloud().reservations().values())
        .singleElement()
        .satisfies(r -> assertThat(r.memoryMb()).isEqualTo(512));
    assertThat(bed.cloud().inactiveBindings(INSTANCE)).containsExactly("node-b");

    a.loseHost();
    ClaimDecision decision =
        b.claim(id(pair), generation(pair), UUID.randomUUID(), Claim.Kind.PEER_LOST);
    assertThat(decision.verdict()).isEqualTo(ClaimDecision.Verdict.GO_SOLO);
    assertThat(decision.generation()).isEqualTo(generation(pair) + 1);
    JsonNode solo = bed.awaitState(INSTANCE, "SOLO");
    assertThat(solo.path("primary_host").asText()).isEqualTo("node-b");
    await().until(() -> bed.cloud().activeBinding(INSTANCE).equals(Optional.of("node-b")));
    assertThat(b.runs(INSTANCE)).isTrue();

    a.restart(bed.service().apiPort());
    JsonNode again = bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(again.path("primary_host").asText()).isEqualTo("node-b");
    assertThat(again.path("secondary_host").asText()).isEqualTo("node-a");
    assertThat(bed.events(id(pair)))
        .containsSubsequence(
            "REQUESTED",
            "HOST_CHOSEN",
            "RESOURCES_READY",
            "PROTECTED",
            "PRIMARY_LOST",
            "SERVING_ALONE",
            "HOST_CHOSEN",
            "RESOURCES_READY",
            "PROTECTED");
  }

  @Test
  void aPairWaitsForASecondHostWithTheReasonAndGoesOnWhenOneAppears() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-x").withQemu("9.0.0");
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    JsonNode waiting =
        bed.awaitPair(
            INSTANCE, "a reason", p -> p.path("reason").asText().startsWith("no host fits"));
    assertThat(waiting.path("state").asText()).isEqualTo("REQUESTED");
    assertThat(waiting.path("reason").asText())
        .contains("node-x: its QEMU version is '9.0.0', the primary's '7.2.22'");
    JsonNode choice = bed.get("/v1/pairs/" + id(waiting)).path("pair").path("host_choice");
    assertThat(choice.path("hosts").get(0).path("fits").asBoolean()).isFalse();

    bed.agent("node-b").inDomain("rack-2");
    JsonNode pair = bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(pair.path("secondary_host").asText()).isEqualTo("node-b");
  }

  @Test
  void aSecondaryThatDiesDuringTheSyncIsUndoneAndAnotherOneTaken() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    a.hold(SessionPhase.MIRRORING);
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    JsonNode syncing =
        bed.awaitPair(INSTANCE, "progress", p -> p.path("disk_percent").asInt() == 50);
    assertThat(syncing.path("state").asText()).isEqualTo("SYNCING");

    b.loseHost();
    bed.awaitPair(INSTANCE, "the end of the attempt", p -> p.path("attempts").asInt() == 1);
    await().until(() -> a.session(id(syncing)).isEmpty());
    assertThat(a.runs(INSTANCE)).isTrue();
    await().until(() -> bed.cloud().reservations().isEmpty());
    await().until(() -> bed.cloud().inactiveBindings(INSTANCE).isEmpty());

    a.release();
    bed.agent("node-c");
    JsonNode pair = bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(pair.path("secondary_host").asText()).isEqualTo("node-c");
    assertThat(bed.cloud().reservations().values())
        .singleElement()
        .satisfies(r -> assertThat(r.host()).isEqualTo("node-c"));
    assertThat(bed.events(id(pair))).contains("ABANDONED");
    assertThat(a.orders()).noneMatch(order -> order.target() == SessionTarget.STAND_DOWN);
  }

  @Test
  void anAgentThatRefusesTheOrderEndsTheAttemptWithItsReason() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    b.refuse("disk full: /var/lib/ha-colo has 3 MiB, 1024 MiB are needed");
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    bed.awaitPair(
        INSTANCE,
        "the agent's reason",
        p -> p.path("attempts").asInt() >= 1 && p.path("reason").asText().contains("disk full"));
    b.refuse(null);
    bed.awaitState(INSTANCE, "PROTECTED");
  }

  @Test
  void aFaultOfTheCloudIsRetriedWithTheReason() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    bed.cloud().breakDown("PUT /allocations answered 503");
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    JsonNode failed = bed.awaitPair(INSTANCE, "an attempt", p -> p.path("attempts").asInt() >= 1);
    assertThat(failed.path("reason").asText()).contains("503");
    bed.cloud().repair();
    bed.awaitState(INSTANCE, "PROTECTED");
  }

  @Test
  void aGuestThatIsGoneReleasesThePair() throws Exception {
    bed.agent("node-a");
    bed.agent("node-b");
    bed.notify(ServiceBed.notification("instance.create.end"));
    JsonNode pair = bed.awaitState(INSTANCE, "RELEASED");
    assertThat(pair.path("release_cause").asText()).isEqualTo("SERVER_GONE");
  }

  @Test
  void aDeletedServerIsUndoneEverywhere() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    bed.cloud().delete(INSTANCE);
    bed.notify(ServiceBed.notification("instance.delete.end", INSTANCE, "delete-1"));
    bed.awaitState(INSTANCE, "RELEASED");
    assertThat(a.session(id(pair))).isEmpty();
    assertThat(b.session(id(pair))).isEmpty();
    await().until(() -> bed.cloud().reservations().isEmpty());
    await().until(() -> bed.cloud().inactiveBindings(INSTANCE).isEmpty());
  }

  @Test
  void aHostThatWasAwayWhenThePairEndedIsCleanedWhenItComesBack() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    b.kill();
    bed.cloud().delete(INSTANCE);
    bed.notify(ServiceBed.notification("instance.delete.end", INSTANCE, "delete-1"));
    bed.awaitState(INSTANCE, "RELEASED");
    assertThat(b.session(id(pair))).isPresent();
    b.restart(bed.service().apiPort());
    await().until(() -> b.session(id(pair)).isEmpty());
  }

  @Test
  void anotherFlavorIsIgnored() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    bed.server(INSTANCE, a, "node-a", Map.of());
    String plain =
        new String(ServiceBed.notification("instance.create.end"), StandardCharsets.UTF_8);
    bed.notify(plain.replace("ha_colo:enabled", "hw:cpu_policy").getBytes(StandardCharsets.UTF_8));
    UUID other = UUID.randomUUID();
    bed.server(other, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end", other, "create-2"));
    bed.awaitState(other, "PROTECTED");
    assertThat(bed.pairs()).hasSize(1);
  }

  @Test
  void aWrongExtraSpecKeepsThePairRequestedWithTheSentence() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    bed.server(
        INSTANCE,
        a,
        "node-a",
        Map.of("ha_colo:enabled", "true", "ha_colo:max_pause_percent", "99"));
    bed.service().intake().handle(ServiceBed.notification("instance.update"));
    JsonNode pair =
        bed.awaitPair(
            INSTANCE,
            "the sentence",
            p ->
                p.path("reason")
                    .asText()
                    .contains(
                        "ha_colo:max_pause_percent is '99': allowed is a whole number from 1 to 90"));
    assertThat(pair.path("state").asText()).isEqualTo("REQUESTED");
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.service().intake().handle(ServiceBed.notification("instance.update", INSTANCE, "update-2"));
    bed.awaitState(INSTANCE, "PROTECTED");
  }

  @Test
  void aLostNotificationDoesNotMatter() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    bed.server(INSTANCE, a, "node-a", SPECS);
    // A restart compares all servers with all pairs, as every interval does.
    bed.restartService();
    bed.awaitState(INSTANCE, "PROTECTED");
  }

  @Test
  void duplicatesAndAnyOrderMakeOnePair() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.agent("node-b");
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.update"));
    bed.notify(ServiceBed.notification("instance.power_off.end"));
    for (int i = 0; i < 3; i++) {
      bed.notify(ServiceBed.notification("instance.create.end"));
    }
    bed.notify(ServiceBed.notification("instance.create.end", INSTANCE, "create-again"));
    bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(bed.pairs()).hasSize(1);

    bed.cloud().delete(INSTANCE);
    bed.notify(ServiceBed.notification("instance.delete.end", INSTANCE, "delete-1"));
    bed.notify(ServiceBed.notification("instance.delete.end", INSTANCE, "delete-1"));
    bed.awaitState(INSTANCE, "RELEASED");
    bed.notify(ServiceBed.notification("instance.create.end", INSTANCE, "create-late"));
    assertThat(bed.pairs()).hasSize(1);
    assertThat(bed.management("/metrics"))
        .contains("hacolo_notifications_total{outcome=\"duplicate\"} 2");
  }

  @Test
  void theServiceGoesOnAfterARestartAtEveryStep() throws Exception {
    FakeAgent a = bed.agent("node-a");
    bed.server(INSTANCE, a, "node-a", SPECS);
    bed.notify(ServiceBed.notification("instance.create.end"));
    bed.awaitPair(INSTANCE, "waiting", p -> p.path("reason").asText().startsWith("no second"));
    bed.restartService();

    FakeAgent b = bed.agent("node-b");
    b.hold(SessionPhase.PREPARING);
    a.hold(SessionPhase.MIRRORING);
    bed.awaitState(INSTANCE, "SYNCING");
    bed.restartService();
    b.release();
    bed.awaitPair(INSTANCE, "progress", p -> p.path("disk_percent").asInt() == 50);
    bed.restartService();
    a.release();
    JsonNode pair = bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(generation(pair)).isEqualTo(1);
    assertThat(bed.events(id(pair))).doesNotContain("ABANDONED");
    bed.restartService();

    a.loseHost();
    bed.agent("node-c").hold(SessionPhase.PREPARING);
    UUID nonce = UUID.randomUUID();
    await()
        .until(
            () ->
                b.claim(id(pair), 1, nonce, Claim.Kind.PEER_LOST).verdict()
                    == ClaimDecision.Verdict.GO_SOLO);
    bed.restartService();
    JsonNode next = bed.awaitPair(INSTANCE, "a new secondary", p -> generation(p) == 3);
    assertThat(next.path("primary_host").asText()).isEqualTo("node-b");
    assertThat(b.claim(id(pair), 1, nonce, Claim.Kind.PEER_LOST).verdict())
        .isEqualTo(ClaimDecision.Verdict.GO_SOLO);
  }

  @Test
  void aDeposedPrimaryThatComesBackStandsDownBeforeItIsUsedAgain() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent b = bed.agent("node-b");
    JsonNode pair = protectedPair(a);
    // Its agent dies, its VM lives: the worst case for a returning host.
    a.kill();
    b.claim(id(pair), generation(pair), UUID.randomUUID(), Claim.Kind.PEER_LOST);
    bed.awaitState(INSTANCE, "SOLO");
    assertThat(a.runs(INSTANCE)).isTrue();
    a.restart(bed.service().apiPort());
    JsonNode again = bed.awaitState(INSTANCE, "PROTECTED");
    assertThat(again.path("secondary_host").asText()).isEqualTo("node-a");
    assertThat(a.orders().stream().map(SessionOrder::target))
        .containsSubsequence(
            SessionTarget.PRIMARY,
            SessionTarget.STAND_DOWN,
            SessionTarget.ABSENT,
            SessionTarget.SECONDARY);
    assertThat(a.runs(INSTANCE)).isFalse();
  }
}
