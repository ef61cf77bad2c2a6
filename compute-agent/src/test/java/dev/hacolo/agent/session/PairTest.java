package dev.hacolo.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.testing.AgentConfigs;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeQemu;
import dev.hacolo.agent.testing.Guests;
import dev.hacolo.agent.testing.Relay;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.PeerAddress;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.common.api.VcpuAllocation;
import dev.hacolo.common.identity.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two agents' sessions over a real peer link; QEMU and the service are fakes. */
final class PairTest {
  /** QEMU's own engine: the scripted QEMU of these tests carries no packets. */
  private static final SessionPolicy STOCK =
      new SessionPolicy("qemu", "compare", 10_000, 500, 20, 0);

  static final UUID PAIR = new UUID(1, 1);
  private static final UUID INSTANCE = new UUID(2, 2);

  private final EventLoop loop = new EventLoop();
  private final FakeService service = new FakeService();
  private final GuestDescription guest = Guests.small(INSTANCE);
  private final Path directory;
  private final TestCa ca;
  private final FakeHost a;
  private final FakeHost b;

  PairTest(@TempDir Path directory) throws Exception {
    this.directory = directory;
    ca = new TestCa(directory, "ca");
    a = new FakeHost(loop, directory, ca, "a", service);
    b = new FakeHost(loop, directory, ca, "b", service);
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  private SessionOrder order(
      SessionTarget target,
      long generation,
      @Nullable PeerAddress peer,
      @Nullable SecondaryEndpoints to) {
    return new SessionOrder(
        PAIR,
        INSTANCE,
        generation,
        target,
        peer,
        target == SessionTarget.SECONDARY ? guest : null,
        to,
        STOCK);
  }

  private SessionOrder order(SessionTarget target, long generation) {
    return order(target, generation, null, null);
  }

  private static PeerAddress address(FakeHost host) {
    return new PeerAddress(host.config().host().name(), "127.0.0.1", host.peerPort());
  }

  /** Protects the guest on one host by the other one. */
  private void protect(FakeHost primary, FakeHost secondary, long generation, PeerAddress peer) {
    secondary.accept(order(SessionTarget.SECONDARY, generation, address(primary), null));
    secondary.awaitPhase(SessionPhase.READY);
    secondary.driver().qemu(INSTANCE).entersColo();
    SecondaryEndpoints endpoints = Objects.requireNonNull(secondary.report().endpoints());
    primary.accept(order(SessionTarget.PRIMARY, generation, peer, endpoints));
    primary.awaitPhase(SessionPhase.PROTECTED);
    secondary.awaitPhase(SessionPhase.PROTECTED);
  }

  private FakeQemu protect() {
    FakeQemu qemu = a.driver().run(guest);
    protect(a, b, 1, address(b));
    return qemu;
  }

  private static Path file(FakeHost host) {
    return host.config().paths().state().resolve("sessions").resolve(PAIR + ".json");
  }

  @Test
  void aGuestIsProtectedAndBothSidesSaySo() {
    protect();
    SessionReport primary = a.report();
    assertThat(primary.target()).isEqualTo(SessionTarget.PRIMARY);
    assertThat(primary.diskPercent()).isEqualTo(100);
    assertThat(primary.ramPercent()).isEqualTo(100);
    assertThat(primary.checkpoints()).isEqualTo(1);
    assertThat(primary.guestRunning()).isTrue();
    assertThat(b.report().endpoints()).isNotNull();
    assertThat(service.claims()).isEmpty();
    assertThat(file(a)).exists();
    assertThat(file(b)).exists();
  }

  @Test
  void theOrderIsOnDiskBeforeItIsCarriedOut() {
    boolean[] kept = new boolean[1];
    b.driver().whenStarting(() -> kept[0] = Files.exists(file(b)));
    b.accept(order(SessionTarget.SECONDARY, 1, address(a), null));
    b.awaitPhase(SessionPhase.READY);
    assertThat(kept[0]).isTrue();
  }

  @Test
  void whenOnlyThePrimarysQemuDiesItsAgentGivesUpAndTheSecondaryServes() {
    FakeQemu primary = protect();
    b.driver().qemu(INSTANCE).disconnect("ha-input-net0");
    primary.die();
    b.awaitPhase(SessionPhase.SOLO);
    await().until(() -> b.driver().calls().contains("adopt"));
    assertThat(b.driver().calls()).containsSubsequence("start", "promoting", "openTaps", "adopt");
    a.awaitPhase(SessionPhase.GONE);
    assertThat(service.claims())
        .extracting(Claim::kind)
        .contains(Claim.Kind.RENOUNCE, Claim.Kind.PEER_LOST);
    assertThat(b.report().generation()).isEqualTo(2);
    assertThat(b.report().guestRunning()).isTrue();
  }

  @Test
  void aSecondaryThatWaitsForTheEndOfALeaseGoesOnWhenThePrimaryHasRenounced() throws Exception {
    Duration longerThanTheTest = Duration.ofMinutes(1);
    AgentConfig patient = AgentConfigs.of(directory, ca, "c", "c", longerThanTheTest);
    try (FakeHost c = new FakeHost(loop, patient, service)) {
      FakeQemu primary = c.driver().run(guest);
      protect(c, b, 1, address(b));
      await().until(() -> c.guard().leaves("tap0"));
      b.driver().qemu(INSTANCE).disconnect("ha-input-net0");
      // The news of the two QEMUs race: here the secondary's own comes first.
      b.driver().qemu(INSTANCE).losesItsPeer();
      await().until(() -> String.valueOf(b.report().reason()).contains("left COLO"));
      assertThat(service.claims()).isEmpty();
      primary.die();
      b.awaitPhase(SessionPhase.SOLO);
    }
  }

  @Test
  void aLinkThatFallsSilentLeavesExactlyOneCopy() {
    a.driver().run(guest);
    Relay.Listening relay = loop.get(() -> Relay.open(loop.vertx(), b.peerPort()));
    protect(a, b, 1, new PeerAddress("b", "127.0.0.1", relay.port()));
    b.driver().qemu(INSTANCE).disconnect("ha-input-net0");
    loop.run(() -> relay.relay().lose(true, true));
    await()
        .until(
            () ->
                List.of(a.report().phase(), b.report().phase()).contains(SessionPhase.SOLO)
                    && List.of(a.report().phase(), b.report().phase()).contains(SessionPhase.GONE));
    FakeHost loser = a.report().phase() == SessionPhase.GONE ? a : b;
    FakeHost winner = loser == a ? b : a;
    assertThat(loser.driver().has(INSTANCE)).isFalse();
    assertThat(winner.driver().has(INSTANCE)).isTrue();
    assertThat(loser.order(order(SessionTarget.SOLO, 5))).isPresent();
  }

  @Test
  void aSecondaryServesOnlyWhenThePrimarysTapIsClosed() {
    protect();
    assertThat(a.guard().armed()).containsExactly(INSTANCE);
    await().until(() -> a.guard().leaves("tap0"));
    b.driver().qemu(INSTANCE).disconnect("ha-input-net0");
    boolean[] closed = new boolean[1];
    b.driver().whenPromoting(() -> closed[0] = !a.guard().leaves("tap0"));
    // An operator's failover: the primary lives, and would go on if it were not for its lease.
    service.sayWait(1000);
    b.accept(order(SessionTarget.SOLO, 2));
    b.awaitPhase(SessionPhase.SOLO);
    assertThat(closed[0]).isTrue();
    assertThat(a.driver().has(INSTANCE)).isTrue();
    a.accept(order(SessionTarget.STAND_DOWN, 2));
    a.awaitPhase(SessionPhase.GONE);
    assertThat(a.guard().armed()).isEmpty();
  }

  @Test
  void aRoleIsHandedOverAfterALastCheckpoint() {
    FakeQemu primary = protect();
    await().until(() -> a.guard().leaves("tap0"));
    b.driver().qemu(INSTANCE).disconnect("ha-input-net0");
    boolean[] closed = new boolean[1];
    b.driver()
        .whenPromoting(() -> closed[0] = !a.guard().leaves("tap0") || !a.driver().has(INSTANCE));
    primary.takeLog();
    a.handOver(1);
    b.awaitPhase(SessionPhase.SOLO);
    assertThat(closed[0]).isTrue();
    assertThat(primary.log()).anyMatch(step -> step.contains("x-checkpoint-delay"));
    a.awaitPhase(SessionPhase.GONE);
    assertThat(a.driver().has(INSTANCE)).isFalse();
    assertThat(service.claims())
        .extracting(Claim::kind)
        .containsOnly(Claim.Kind.RENOUNCE, Claim.Kind.PEER_LOST);
    protect(b, a, 3, address(a));
  }

  @Test
  void aHandOverWithoutItsLastCheckpointLeavesThePairAsItWas() {
    FakeQemu primary = protect();
    await().until(() -> a.guard().leaves("tap0"));
    primary.refuse(command -> command.contains("x-checkpoint-delay"));
    a.handOver(1);
    await().until(() -> a.report().reason() != null);
    assertThat(a.report().phase()).isEqualTo(SessionPhase.PROTECTED);
    await().until(() -> a.guard().leaves("tap0"));
    assertThat(service.claims()).isEmpty();
    primary.refuse(command -> false);
    b.driver().qemu(INSTANCE).disconnect("ha-input-net0");
    a.handOver(1);
    b.awaitPhase(SessionPhase.SOLO);
  }

  @Test
  void aGuardOfAnEarlierAgentStaysUntilTheServiceHasSaidWhoServes() {
    protect();
    a.guard().arm(new UUID(9, 9), List.of("tap1"), 0);
    a.restart();
    await().until(() -> a.guard().armed().equals(Set.of(INSTANCE)));
    a.awaitPhase(SessionPhase.FAILED);
    a.accept(order(SessionTarget.SOLO, 2));
    a.awaitPhase(SessionPhase.SOLO);
    assertThat(a.guard().armed()).isEmpty();
    assertThat(a.guard().leaves("tap0")).isTrue();
  }

  @Test
  void aDecisionWhoseAnswerIsLostIsAskedForAgain() {
    FakeQemu primary = protect();
    b.driver().qemu(INSTANCE).disconnect("ha-input-net0");
    service.loseAnswers(2);
    primary.die();
    b.awaitPhase(SessionPhase.SOLO);
    assertThat(service.claims()).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void aSurvivorIsProtectedAgainByTheHostThatComesBack() {
    FakeQemu primary = protect();
    b.driver().qemu(INSTANCE).disconnect("ha-input-net0");
    primary.die();
    b.awaitPhase(SessionPhase.SOLO);
    a.awaitPhase(SessionPhase.GONE);
    protect(b, a, 3, address(a));
    assertThat(b.report().target()).isEqualTo(SessionTarget.PRIMARY);
    // Its rewriter stays in front of the filters.
    assertThat(b.driver().qemu(INSTANCE).ours()).contains("ha-rewriter-net0", "ha-mirror-net0");
    service.generation(3);
    a.driver().qemu(INSTANCE).die();
    b.awaitPhase(SessionPhase.SOLO);
    assertThat(b.report().generation()).isEqualTo(4);
  }

  @Test
  void theNumberOfActiveVcpusChangesWhileThePairIsLiveAndATakeOverLiftsIt() {
    FakeQemu primary = protect();
    assertThat(vcpus(b)).extracting(VcpuAllocation::active).isEqualTo(2);
    SessionOrder same = order(SessionTarget.SECONDARY, 1, address(a), null);
    b.accept(same.withPolicy(STOCK.withSecondaryVcpus(1)));
    await().until(() -> vcpus(b).active() == 1);
    b.accept(same.withPolicy(STOCK.withSecondaryVcpus(1)));
    assertThat(b.report().phase()).isEqualTo(SessionPhase.PROTECTED);
    b.vcpus().refuseToLift(2);
    b.driver().qemu(INSTANCE).disconnect("ha-input-net0");
    primary.die();
    b.awaitPhase(SessionPhase.SOLO);
    // The instance does not wait for a limit that stays; somebody is told, and it goes.
    await().until(() -> b.report().vcpuAllocation() == null);
    assertThat(b.vcpus().failures()).containsExactly("refused by the test");
    assertThat(b.vcpus().calls()).containsExactly("confine 2 threads", "lift");
  }

  @Test
  void limitsAreGoneBeforeTheSecondaryServes() {
    FakeQemu primary = protect();
    SessionOrder same = order(SessionTarget.SECONDARY, 1, address(a), null);
    b.accept(same.withPolicy(STOCK.withSecondaryVcpus(1)));
    await().until(() -> vcpus(b).active() == 1);
    boolean[] lifted = new boolean[1];
    b.driver().whenPromoting(() -> lifted[0] = b.vcpus().calls().contains("lift"));
    b.driver().qemu(INSTANCE).disconnect("ha-input-net0");
    primary.die();
    b.awaitPhase(SessionPhase.SOLO);
    assertThat(lifted[0]).isTrue();
    assertThat(b.vcpus().failures()).isEmpty();
  }

  private static VcpuAllocation vcpus(FakeHost host) {
    return Objects.requireNonNull(host.report().vcpuAllocation());
  }

  @Test
  void endingTheProtectionLeavesTheGuestAndNothingElse() {
    FakeQemu primary = protect();
    // As the service does it: a new generation disarms the secondary, then the primary leaves.
    service.generation(2);
    a.accept(order(SessionTarget.ABSENT, 2));
    a.awaitNone();
    b.accept(order(SessionTarget.ABSENT, 2));
    b.awaitNone();
    assertThat(primary.ours()).isEmpty();
    assertThat(a.guard().armed()).isEmpty();
    assertThat(a.driver().has(INSTANCE)).isTrue();
    assertThat(b.driver().has(INSTANCE)).isFalse();
    await().until(() -> !Files.exists(file(a)) && !Files.exists(file(b)));
    // Idempotent, also where nothing is left to end.
    a.accept(order(SessionTarget.ABSENT, 2));
    assertThat(a.reports()).isEmpty();
  }

  @Test
  void aSecondaryThatCannotBeStartedIsUndoneAndTriedAgain() {
    b.driver().failNext(new StepException("no room on the disk"));
    b.accept(order(SessionTarget.SECONDARY, 1, address(a), null));
    b.awaitPhase(SessionPhase.FAILED);
    assertThat(b.report().reason()).isEqualTo("no room on the disk");
    assertThat(b.driver().calls()).containsSubsequence("start", "remove");
    b.accept(order(SessionTarget.SECONDARY, 1, address(a), null));
    b.awaitPhase(SessionPhase.READY);
  }

  @Test
  void aStepThatThrowsIsAFailureAndNotTheEndOfTheSession() {
    b.driver().failNext(new IllegalStateException("a fault"));
    b.accept(order(SessionTarget.SECONDARY, 1, address(a), null));
    b.awaitPhase(SessionPhase.FAILED);
    assertThat(b.report().reason()).isEqualTo("a fault");
  }

  @Test
  void anAttachThatFailsLeavesTheGuestUntouchedAndEndsTheSecondary() {
    FakeQemu qemu = a.driver().run(guest);
    qemu.refuse(line -> line.startsWith("blockdev-mirror"));
    b.accept(order(SessionTarget.SECONDARY, 1, address(a), null));
    b.awaitPhase(SessionPhase.READY);
    a.accept(order(SessionTarget.PRIMARY, 1, address(b), b.report().endpoints()));
    a.awaitPhase(SessionPhase.FAILED);
    assertThat(a.report().reason()).isEqualTo("g: blockdev-mirror: refused by the test");
    assertThat(qemu.ours()).isEmpty();
    b.awaitPhase(SessionPhase.FAILED);
    assertThat(b.driver().has(INSTANCE)).isFalse();
  }

  @Test
  void aNewerOrderEndsAnAttachThatWaits() {
    FakeQemu qemu = a.driver().run(guest);
    qemu.completesCheckpoints(false);
    b.accept(order(SessionTarget.SECONDARY, 1, address(a), null));
    b.awaitPhase(SessionPhase.READY);
    a.accept(order(SessionTarget.PRIMARY, 1, address(b), b.report().endpoints()));
    a.awaitPhase(SessionPhase.FIRST_CHECKPOINT);
    a.accept(order(SessionTarget.SOLO, 2));
    a.awaitPhase(SessionPhase.SOLO);
    assertThat(qemu.ours()).isEmpty();
  }

  @Test
  void thePeerIsLostDuringAnAttach() {
    FakeQemu qemu = a.driver().run(guest);
    qemu.completesCheckpoints(false);
    b.accept(order(SessionTarget.SECONDARY, 1, address(a), null));
    b.awaitPhase(SessionPhase.READY);
    a.accept(order(SessionTarget.PRIMARY, 1, address(b), b.report().endpoints()));
    a.awaitPhase(SessionPhase.FIRST_CHECKPOINT);
    b.endPeerLinks();
    a.awaitPhase(SessionPhase.FAILED);
    b.awaitPhase(SessionPhase.FAILED);
    assertThat(qemu.ours()).isEmpty();
    assertThat(service.claims()).isEmpty();
  }

  @Test
  void anAgentThatWasRestartedCarriesOutWhatItIsToldAboutItsGuest() {
    FakeQemu qemu = protect();
    a.restart();
    a.awaitPhase(SessionPhase.FAILED);
    assertThat(a.report().reason()).isEqualTo("the agent was restarted");
    await().until(() -> a.report().guestRunning());
    a.accept(order(SessionTarget.SOLO, 2));
    a.awaitPhase(SessionPhase.SOLO);
    assertThat(qemu.ours()).isEmpty();
  }

  @Test
  void aRestartedAgentsSecondaryGoesBecauseItHasMissedInputs() {
    protect();
    b.restart();
    b.awaitPhase(SessionPhase.GONE);
    await().until(() -> !b.driver().has(INSTANCE));
    b.accept(order(SessionTarget.SECONDARY, 2, address(a), null));
    b.awaitPhase(SessionPhase.READY);
  }

  @Test
  void aRestartInTheMiddleOfAPromotionEndsItAndDestroysNothing() {
    protect();
    FakeQemu qemu = b.driver().qemu(INSTANCE);
    qemu.disconnect("ha-input-net0");
    qemu.leaveUnanswered(line -> line.startsWith("announce-self"));
    b.accept(order(SessionTarget.SOLO, 2));
    await().until(() -> qemu.log().stream().anyMatch(l -> l.startsWith("announce-self")));
    qemu.leaveUnanswered(line -> false);
    b.restart();
    b.awaitPhase(SessionPhase.SOLO);
    assertThat(b.driver().calls()).doesNotContain("remove", "kill");
    await().until(() -> b.driver().calls().contains("adopt"));
  }

  @Test
  void aRestartBeforeAGuestWasSettledSettlesIt() {
    protect();
    FakeQemu qemu = b.driver().qemu(INSTANCE);
    qemu.disconnect("ha-input-net0");
    b.accept(order(SessionTarget.SOLO, 2));
    b.awaitPhase(SessionPhase.SOLO);
    await().until(() -> b.driver().calls().contains("adopt"));
    b.driver().isUnsettledNow(INSTANCE);
    b.driver().calls().clear();
    b.restart();
    b.awaitPhase(SessionPhase.SOLO);
    await().until(() -> b.driver().calls().contains("adopt"));
  }

  @Test
  void aHostThatForgotThePairEndsItsVmAllTheSame() {
    a.driver().run(guest);
    a.accept(order(SessionTarget.STAND_DOWN, 4));
    a.awaitPhase(SessionPhase.GONE);
    assertThat(a.driver().has(INSTANCE)).isFalse();
    a.accept(order(SessionTarget.ABSENT, 4));
    a.awaitNone();
  }

  @Test
  void anInstanceBelongsToOnePair() {
    b.accept(order(SessionTarget.SECONDARY, 1, address(a), null));
    SessionOrder other =
        new SessionOrder(
            new UUID(9, 9), INSTANCE, 1, SessionTarget.SECONDARY, address(a), guest, null, STOCK);
    assertThat(b.order(other))
        .contains("instance %s belongs to pair %s here".formatted(INSTANCE, PAIR));
  }

  @Test
  void aRefusedOrderChangesNothing() {
    protect();
    SessionReport before = a.report();
    assertThat(a.order(order(SessionTarget.SECONDARY, 2, address(b), null))).isPresent();
    assertThat(a.report()).isEqualTo(before);
  }
}
