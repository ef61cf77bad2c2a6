package dev.hacolo.agent.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeQemu;
import dev.hacolo.agent.testing.Guests;
import dev.hacolo.agent.testing.Pinned;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionPolicy;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of commands is in {@code src/test/resources/qemu}. */
final class QemuSequencesTest {
  private static final SessionPolicy POLICY =
      new SessionPolicy("qemu", "compare", 10_000, 500, 20, 0);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final QemuTls TLS = new QemuTls(Optional.of(Path.of("/tls")));
  private static final String ORDINARY =
      "[mem0, console, ha, disk-vd0, file-vd0, disk-vd1, file-vd1]";

  private final EventLoop loop = new EventLoop();
  private final GuestDescription guest = Guests.small(new UUID(2, 2));
  private final FakeQemu qemu;
  private final ColoVm vm;
  private final List<String> progress = new CopyOnWriteArrayList<>();
  private final PrimaryColo primary;
  private final SecondaryColo secondary;

  QemuSequencesTest(@TempDir Path directory) {
    Path socket = directory.resolve("q");
    qemu = new FakeQemu(socket);
    vm = connect(socket, guest);
    StockCompareEngine engine = new StockCompareEngine(TLS, "/run/x-ha-");
    primary = new PrimaryColo(TLS, engine, DEADLINE);
    secondary = new SecondaryColo(TLS, engine, DEADLINE);
  }

  private ColoVm connect(Path socket, GuestDescription description) {
    return loop.get(
        () ->
            QmpClient.connect(loop.vertx(), socket, "vm", DEADLINE)
                .map(
                    qmp ->
                        new ColoVm(
                            loop.vertx(),
                            description,
                            qmp,
                            Path.of("events.sock"),
                            Duration.ofMillis(2))));
  }

  @AfterEach
  void stop() {
    loop.run(() -> vm.qmp().close());
    qemu.close();
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  private class Notes implements Progress {
    @Override
    public void phase(SessionPhase phase) {
      progress.add(phase.name());
    }

    @Override
    public void percent(int disk, int ram) {
      progress.add(disk + "/" + ram);
    }
  }

  private Future<Void> attach(Cancellation cancellation) {
    return primary.attach(vm, Guests.endpoints(guest), POLICY, new Notes(), cancellation);
  }

  private void attach() {
    loop.get(() -> attach(new Cancellation()).map(true));
  }

  private void detach() {
    loop.get(() -> primary.detach(vm).map(true));
  }

  private void prepare() {
    loop.get(
        () ->
            secondary
                .prepare(
                    vm,
                    Guests.endpoints(guest),
                    "compute-1",
                    d -> Path.of("/i/active-" + d.id()),
                    d -> Path.of("/i/hidden-" + d.id()))
                .map(true));
  }

  /** Makes the VM a secondary in COLO whose primary has gone. */
  private void protectedSecondary() {
    prepare();
    qemu.entersColo();
    qemu.disconnect("ha-input-net0");
  }

  private void promote(Runnable taps) {
    loop.get(
        () ->
            secondary
                .promote(
                    vm,
                    () -> {
                      taps.run();
                      return Future.succeededFuture();
                    })
                .map(true));
  }

  @Test
  void attachingAPlainGuest() throws IOException {
    attach();
    Pinned.check("qemu/attach.txt", qemu.takeLog());
    assertThat(progress)
        .containsSubsequence("ATTACHING", "MIRRORING", "MIGRATING", "FIRST_CHECKPOINT")
        .contains("25/0", "100/40", "100/100");
    assertThat(qemu.property("ha-mirror-net0", "status")).isEqualTo("on");
  }

  @Test
  void detachingLeavesTheGuestAsItWas() throws IOException {
    attach();
    qemu.takeLog();
    detach();
    Pinned.check("qemu/detach.txt", qemu.takeLog());
    assertThat(qemu.ours()).isEmpty();
    assertThat(qemu.others()).hasToString(ORDINARY);
    // The sockets inside this QEMU are not broken: what the comparer holds goes out by them.
    assertThat(qemu.yanked())
        .contains("ha-input-net0", "ha-secout-net0", "ha-nbd-vd0", "migration")
        .doesNotContain("priout", "released", "console", "\"ha\"");
  }

  @Test
  void detachingCanBeRepeatedAndNeedsNothingToBeThere() {
    detach();
    detach();
    assertThat(qemu.ours()).isEmpty();
    assertThat(qemu.others()).hasToString(ORDINARY);
  }

  @Test
  void aSecondAttachAfterADetachIsLikeTheFirst() {
    attach();
    String first = qemu.takeLog();
    detach();
    qemu.takeLog();
    attach();
    // Only the leaving of the last migration is new to it.
    assertThat(qemu.takeLog()).isEqualTo(first);
  }

  @Test
  void everyStepOfAttachMayFailAndIsUndone() {
    attach();
    List<String> steps = qemu.log().stream().filter(QemuSequencesTest::isAStep).distinct().toList();
    detach();
    assertThat(steps).hasSizeGreaterThan(15);
    for (String step : steps) {
      boolean[] failed = new boolean[1];
      qemu.refuse(line -> line.equals(step) && !failed[0] && (failed[0] = true));
      Throwable failure = loop.failure(() -> attach(new Cancellation()));
      assertThat(failure).as(step).hasMessageContaining("refused by the test");
      detach();
      assertThat(qemu.ours()).as("left after " + step + " failed").isEmpty();
      assertThat(qemu.others()).hasToString(ORDINARY);
    }
  }

  /** Those of attach itself, not of the detach that it begins with, which tolerates refusals. */
  private static boolean isAStep(String line) {
    return !line.startsWith("object-del")
        && !line.startsWith("yank")
        && !line.contains("tls-creds= ")
        && !line.equals("migrate-set-parameters tls-creds= tls-authz=");
  }

  @Test
  void everyPartialStateIsDetached() {
    attach();
    int commands = qemu.takeLog().split("\n").length;
    detach();
    for (int allowed = 1; allowed < commands; allowed += 2) {
      Cancellation cancellation = new Cancellation();
      int last = qemu.log().size() + allowed;
      qemu.refuse(
          line -> {
            if (qemu.log().size() == last) {
              loop.vertx().runOnContext(v -> cancellation.cancel("enough"));
            }
            return false;
          });
      // The very last commands may have ended before the cancellation is seen.
      loop.get(
          () ->
              attach(cancellation)
                  .map("attached")
                  .recover(e -> Future.succeededFuture("cancelled")));
      detach();
      assertThat(qemu.ours()).isEmpty();
      assertThat(qemu.others()).hasToString(ORDINARY);
    }
  }

  @Test
  void cancellingEndsTheWaitForTheDisks() {
    Cancellation cancellation = new Cancellation();
    Future<Void> attaching =
        loop.begin(
            () ->
                primary.attach(
                    vm,
                    Guests.endpoints(guest),
                    POLICY,
                    new Notes() {
                      @Override
                      public void percent(int disk, int ram) {
                        cancellation.cancel("the peer is lost");
                      }
                    },
                    cancellation));
    assertThat(loop.failure(() -> attaching))
        .isInstanceOf(StepException.class)
        .hasMessage("the peer is lost");
    assertThat(qemu.log()).noneMatch(line -> line.startsWith("migrate uri"));
  }

  @Test
  void cancellingEndsTheWaitForACheckpoint() {
    qemu.completesCheckpoints(false);
    Cancellation cancellation = new Cancellation();
    Future<Void> attaching = loop.begin(() -> attach(cancellation));
    org.awaitility.Awaitility.await().until(() -> progress.contains("FIRST_CHECKPOINT"));
    loop.run(() -> cancellation.cancel("the peer is lost"));
    assertThat(loop.failure(() -> attaching)).hasMessage("the peer is lost");
  }

  @Test
  void enteringColoIsNotTheFirstCheckpoint() {
    qemu.completesCheckpoints(false);
    Future<Void> attaching = loop.begin(() -> attach(new Cancellation()));
    org.awaitility.Awaitility.await()
        .until(
            () ->
                qemu.log().stream()
                    .anyMatch(l -> l.equals("migrate-set-parameters x-checkpoint-delay=10000")));
    // COLO was entered, which ends with a RESUME, and the checkpoint is asked for.
    loop.get(() -> vm.running());
    assertThat(attaching.isComplete()).isFalse();
    qemu.checkpoint();
    loop.get(() -> attaching.map(true));
  }

  @Test
  void aQemuThatDiesEndsEveryWait() {
    qemu.completesCheckpoints(false);
    Future<Void> attaching = loop.begin(() -> attach(new Cancellation()));
    org.awaitility.Awaitility.await().until(() -> progress.contains("FIRST_CHECKPOINT"));
    qemu.die();
    assertThat(loop.failure(() -> attaching)).isNotNull();
    assertThat(loop.failure(() -> vm.awaitCheckpoint(DEADLINE, new Cancellation())))
        .hasMessage("g: QEMU has ended");
  }

  @Test
  void aDiskCopyThatEndsEarlyIsAReason() {
    List<Integer> seen = new ArrayList<>();
    Future<Void> attaching =
        loop.begin(
            () ->
                primary.attach(
                    vm,
                    Guests.endpoints(guest),
                    POLICY,
                    new Notes() {
                      @Override
                      public void percent(int disk, int ram) {
                        seen.add(disk);
                        qemu.loseJobs();
                      }
                    },
                    new Cancellation()));
    assertThat(loop.failure(() -> attaching))
        .hasMessage("g: a disk copy ended early; is the secondary's disk full or its host away?");
    assertThat(seen).isNotEmpty();
  }

  @Test
  void aMigrationThatFailsIsAReasonAndLeavesNoWait() {
    Future<Void> attaching =
        loop.begin(
            () ->
                primary.attach(
                    vm,
                    Guests.endpoints(guest),
                    POLICY,
                    new Notes() {
                      @Override
                      public void percent(int disk, int ram) {
                        if (ram > 0) {
                          qemu.is("failed", "running");
                        }
                      }
                    },
                    new Cancellation()));
    assertThat(loop.failure(() -> attaching))
        .hasMessage("g: the copy of the RAM ended as 'failed': no reason");
    detach();
    assertThat(qemu.ours()).isEmpty();
  }

  @Test
  void aLinkThatBreaksInACheckpointLeavesTheGuestRunning() {
    attach();
    qemu.is("colo", "colo");
    detach();
    assertThat(loop.<Boolean>get(() -> vm.running())).isTrue();
    qemu.is("failed", "colo");
    qemu.takeLog();
    detach();
    assertThat(qemu.log()).contains("cont");
    assertThat(loop.<Boolean>get(() -> vm.running())).isTrue();
  }

  @Test
  void aGuestThatSomebodyElsePausedStaysPaused() {
    qemu.is("none", "paused");
    detach();
    assertThat(qemu.log()).doesNotContain("cont");
  }

  @Test
  void attachingASecondRoundPutsTheFiltersBehindTheRewriter() throws IOException {
    protectedSecondary();
    promote(() -> {});
    loop.get(() -> secondary.settle(vm).map(true));
    qemu.takeLog();
    attach();
    Pinned.check("qemu/attach-ex-secondary.txt", qemu.takeLog());
    detach();
    // The rewriter stays for the flows of its time.
    assertThat(qemu.ours()).containsExactly("ha-rewriter-net0");
  }

  @Test
  void preparingASecondary() throws IOException {
    prepare();
    Pinned.check("qemu/prepare-secondary.txt", qemu.takeLog());
  }

  @Test
  void promotingClosesTheDisksFirstAndLetsNothingOutBeforeItRuns() throws IOException {
    protectedSecondary();
    qemu.takeLog();
    promote(
        () -> {
          assertThat(qemu.migration()).isEqualTo("completed");
          assertThat(qemu.property("ha-divert-net0", "status")).isNotNull();
        });
    Pinned.check("qemu/promote.txt", qemu.takeLog());
    assertThat(qemu.ours())
        .doesNotContain("ha-divert-net0", "ha-inject-net0")
        .contains("ha-rewriter-net0");
  }

  @Test
  void aMainLoopThatWaitsForASilentPrimaryIsFreedBeforeAnythingElse() {
    protectedSecondary();
    qemu.waitsForItsPeer();
    loop.get(() -> secondary.cutOff(vm).map(true));
    promote(() -> {});
    assertThat(qemu.migration()).isEqualTo("completed");
    assertThat(qemu.yanked()).isEqualTo("{\"type\":\"migration\"}");
  }

  @Test
  void aPrimarysMainLoopIsFreedWhenItIsDetached() {
    attach();
    qemu.waitsForItsPeer();
    detach();
    assertThat(qemu.ours()).isEmpty();
  }

  @Test
  void promotingWaitsForTheOldPrimarysInputsButNotForEver() {
    prepare();
    qemu.entersColo();
    long begun = System.nanoTime();
    promote(() -> {});
    // The stream does not end: the link is cut, not the host dead. The wait is 500 ms.
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(490), Duration.ofSeconds(10));
    assertThat(qemu.ours()).doesNotContain("ha-inject-net0");
  }

  @Test
  void aPromotionThatFailedIsRepeated() {
    protectedSecondary();
    qemu.refuse(line -> line.startsWith("announce-self"));
    assertThat(loop.failure(() -> secondary.promote(vm, Future::succeededFuture))).isNotNull();
    qemu.refuse(line -> false);
    qemu.takeLog();
    promote(() -> {});
    assertThat(qemu.log()).noneMatch(line -> line.startsWith("x-colo-lost-heartbeat"));
    assertThat(qemu.ours()).doesNotContain("ha-divert-net0", "ha-inject-net0");
  }

  @Test
  void settlingUnwrapsTheDiskWhenItsCommitIsOver() throws IOException {
    protectedSecondary();
    promote(() -> {});
    qemu.takeLog();
    loop.get(() -> secondary.settle(vm).map(true));
    Pinned.check("qemu/settle.txt", qemu.takeLog());
    assertThat(qemu.ours())
        .containsExactlyInAnyOrder("ha-rewriter-net0", "ha-tls-server", "ha-tls-peer");
    // And again, after a restart of the agent.
    loop.get(() -> secondary.settle(vm).map(true));
  }

  @Test
  void withoutTlsNoCredentialsAreNamed() {
    QemuTls plain = new QemuTls(Optional.empty());
    PrimaryColo colo =
        new PrimaryColo(plain, new StockCompareEngine(plain, "/run/x-ha-"), DEADLINE);
    loop.get(
        () ->
            colo.attach(vm, Guests.endpoints(guest), POLICY, new Notes(), new Cancellation())
                .map(true));
    assertThat(qemu.takeLog()).doesNotContain("object-add qom-type=tls", "tls-creds=ha");
  }

  @Test
  void eachNicAndDiskHasItsOwnStreams(@TempDir Path directory) {
    GuestDescription large = Guests.large(new UUID(3, 3));
    try (FakeQemu other = new FakeQemu(directory.resolve("l"))) {
      ColoVm two = connect(directory.resolve("l"), large);
      loop.get(
          () ->
              primary
                  .attach(two, Guests.endpoints(large), POLICY, new Notes(), new Cancellation())
                  .map(true));
      assertThat(other.ours())
          .contains("ha-mirror-net0", "ha-mirror-net1", "ha-compare-net0", "ha-compare-net1")
          .contains("ha-nbd-vd0", "ha-nbd-vd1", "ha-copy-vd0", "ha-copy-vd1");
      loop.get(() -> primary.detach(two).map(true));
      assertThat(other.ours()).isEmpty();
      loop.run(() -> two.qmp().close());
    }
  }

  @Test
  void aSecondaryWithoutPortsForANicIsAReason() {
    GuestDescription large = Guests.large(new UUID(3, 3));
    Path unused = Path.of("/unused");
    assertThat(unused).isNotNull();
    ColoVm two = new ColoVm(loop.vertx(), large, vm.qmp());
    assertThat(
            loop.failure(
                () ->
                    primary.attach(
                        two, Guests.endpoints(guest), POLICY, new Notes(), new Cancellation())))
        .hasMessage("the secondary names no ports for NIC net1 of the guest");
  }

  @Test
  void aTooLongSocketPathIsAReason() {
    StockCompareEngine deep = new StockCompareEngine(TLS, "/run/" + "d".repeat(100));
    PrimaryColo colo = new PrimaryColo(TLS, deep, DEADLINE);
    assertThat(
            loop.failure(
                () ->
                    colo.attach(
                        vm, Guests.endpoints(guest), POLICY, new Notes(), new Cancellation())))
        .hasMessageContaining("is longer than 107 bytes: shorten run.directory");
  }

  @Test
  void aQemuThatHangsIsWhatItWasLastKnownToBe() {
    loop.get(() -> vm.running());
    qemu.leaveUnanswered(line -> line.equals("query-status"));
    assertThat(loop.<Boolean>get(() -> vm.running(Duration.ofMillis(100)))).isTrue();
    qemu.monitor().event("STOP", new io.vertx.core.json.JsonObject());
    assertThat(loop.<Boolean>get(() -> vm.running(Duration.ofMillis(200)))).isFalse();
    qemu.die();
    assertThat(loop.failure(() -> vm.running(Duration.ofMillis(200)))).isNotNull();
  }

  @Test
  void theObserverIsToldOfCheckpointsAndOfAFaultOnly() {
    List<String> told = new ArrayList<>();
    loop.run(
        () ->
            vm.observe(
                new ColoVm.Observer() {
                  @Override
                  public void checkpointed(long pauseNanos) {
                    told.add("checkpoint");
                  }

                  @Override
                  public void coloExit(String reason) {
                    told.add("exit");
                  }
                }));
    attach();
    detach();
    assertThat(loop.call(() -> List.copyOf(told))).containsExactly("checkpoint");
    qemu.monitor()
        .event(
            "COLO_EXIT",
            new io.vertx.core.json.JsonObject().put("mode", "primary").put("reason", "error"));
    loop.get(() -> vm.running());
    assertThat(loop.call(() -> List.copyOf(told))).containsExactly("checkpoint", "exit");
  }
}
