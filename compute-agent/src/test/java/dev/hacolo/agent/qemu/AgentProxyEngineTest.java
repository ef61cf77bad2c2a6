package dev.hacolo.agent.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.checkpoint.CheckpointObserver;
import dev.hacolo.agent.checkpoint.CheckpointRecord;
import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeQemu;
import dev.hacolo.agent.testing.Guests;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.SessionPolicy;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine says to QEMU and to the packet path about checkpoints. */
final class AgentProxyEngineTest {
  private static final JsonObject NOTHING = new JsonObject();
  private static final String REQUEST = "migrate-set-parameters x-checkpoint-delay=9000";
  private static final SessionPolicy POLICY =
      new SessionPolicy("ha-colo", "compare", 9_000, 500, 90, 0);

  private final EventLoop loop = new EventLoop();
  private final GuestDescription guest = Guests.small(new UUID(2, 2));
  private final FakeQemu qemu;
  private final ColoVm vm;
  private final FakePath path = new FakePath();
  private final List<CheckpointRecord> taken = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final FakePages pages = new FakePages();
  private final AgentProxyEngine engine =
      new AgentProxyEngine(
          path,
          "/run/x-ha-",
          new CheckpointObserver() {
            @Override
            public void begun(long now) {
              ends.add("begun");
            }

            @Override
            public void taken(CheckpointRecord checkpoint, long now) {
              taken.add(checkpoint);
            }

            @Override
            public void ended(long now) {
              ends.add("ended");
            }
          },
          pages);

  AgentProxyEngineTest(@TempDir Path directory) {
    Path socket = directory.resolve("q");
    qemu = new FakeQemu(socket);
    vm =
        loop.get(
            () ->
                QmpClient.connect(loop.vertx(), socket, "vm", Duration.ofSeconds(5))
                    .map(
                        qmp ->
                            new ColoVm(
                                loop.vertx(),
                                guest,
                                qmp,
                                Path.of("events.sock"),
                                Duration.ofMillis(2))));
    qemu.completesCheckpoints(false);
  }

  @AfterEach
  void stop() {
    loop.run(() -> vm.qmp().close());
    qemu.close();
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  /** A primary in state COLO that has asked for its first checkpoint. */
  private Future<Void> attach() {
    loop.get(() -> engine.attachPrimary(vm, Guests.endpoints(guest)).map(true));
    qemu.entersColo();
    loop.get(() -> vm.awaitColo(Duration.ofSeconds(5), new Cancellation()).map(true));
    loop.get(() -> engine.switchOn(vm).map(true));
    return loop.begin(() -> engine.firstCheckpoint(vm, POLICY, new Cancellation()));
  }

  private void attached() {
    Future<Void> first = attach();
    awaitRequests(1);
    checkpoint();
    loop.get(() -> first.map(true));
  }

  private long requests() {
    return qemu.log().stream().filter(REQUEST::equals).count();
  }

  private void awaitRequests(int number) {
    await().until(() -> requests() == number);
  }

  /** Everything that has been sent to the agent has been seen by it. */
  private void settle() {
    loop.get(() -> vm.object("query-status"));
  }

  private void standStill() {
    qemu.is("colo", "colo");
    qemu.monitor().event("STOP", NOTHING);
  }

  private void goOn() {
    qemu.is("colo", "running");
    qemu.monitor().event("RESUME", NOTHING);
  }

  private void checkpoint() {
    long before = path.seals();
    standStill();
    await().until(() -> path.seals() == before + 1);
    int records = taken.size();
    goOn();
    await().until(() -> taken.size() == records + 1);
  }

  private void raise(CheckpointCause cause, long epoch) {
    loop.run(() -> path.raise(cause, epoch));
  }

  @Test
  void theFirstCheckpointIsAskedForAndAwaited() {
    Future<Void> first = attach();
    awaitRequests(1);
    settle();
    assertThat(first.isComplete()).isFalse();
    checkpoint();
    loop.get(() -> first.map(true));
    assertThat(path.calls()).containsExactly("drain", "sealed", "resumed");
    assertThat(taken).hasSize(1);
    assertThat(taken.get(0).causes()).containsExactly(CheckpointCause.REQUEST);
    assertThat(taken.get(0).certain()).isTrue();
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void aFirstCheckpointThatQemuRefusesFailsTheAttach() {
    qemu.refuse(REQUEST::equals);
    Future<Void> first = attach();
    assertThat(loop.failure(() -> first)).hasMessageContaining("refused by the test");
    loop.get(() -> engine.detachPrimary(vm).map(true));
    assertThat(ends).containsExactly("begun", "ended");
  }

  @Test
  void aCauseIsAskedForAtOnceAndOnce() {
    attached();
    raise(CheckpointCause.DIVERGENCE, 1);
    raise(CheckpointCause.GUEST_OPENS_CONNECTION, 1);
    awaitRequests(2);
    settle();
    checkpoint();
    settle();
    assertThat(requests()).isEqualTo(2);
    assertThat(taken.get(1).causes())
        .isEqualTo(Set.of(CheckpointCause.DIVERGENCE, CheckpointCause.GUEST_OPENS_CONNECTION));
  }

  @Test
  void whatArisesBeforeTheSealIsPartOfTheState() {
    attached();
    raise(CheckpointCause.DIVERGENCE, 1);
    awaitRequests(2);
    path.slow();
    standStill();
    await().until(() -> path.calls().size() == 4);
    raise(CheckpointCause.HELD_BOUND, 1);
    loop.run(path::drained);
    await().until(() -> path.seals() == 2);
    // Told late, raised before the seal.
    raise(CheckpointCause.HOLD_TIME, 1);
    goOn();
    await().until(() -> taken.size() == 2);
    settle();
    assertThat(requests()).isEqualTo(2);
    assertThat(taken.get(1).causes())
        .containsExactlyInAnyOrder(
            CheckpointCause.DIVERGENCE, CheckpointCause.HELD_BOUND, CheckpointCause.HOLD_TIME);
  }

  @Test
  void whatArisesBehindTheSealIsServedByTheNextCheckpoint() {
    attached();
    standStill();
    await().until(() -> path.seals() == 2);
    raise(CheckpointCause.GUEST_OPENS_CONNECTION, 2);
    settle();
    assertThat(requests()).as("while the VM stands").isEqualTo(1);
    goOn();
    awaitRequests(2);
    checkpoint();
    assertThat(taken.get(2).causes()).containsExactly(CheckpointCause.GUEST_OPENS_CONNECTION);
  }

  @Test
  void aRefusedRequestIsMadeAgain() {
    attached();
    boolean[] refused = new boolean[1];
    qemu.refuse(line -> line.equals(REQUEST) && !refused[0] && (refused[0] = true));
    raise(CheckpointCause.HOLD_TIME, 1);
    awaitRequests(3);
    assertThat(refused[0]).isTrue();
    checkpoint();
    settle();
    assertThat(requests()).isEqualTo(3);
    assertThat(taken.get(1).causes()).containsExactly(CheckpointCause.HOLD_TIME);
  }

  @Test
  void aCauseThatAnUncertainSealDidNotServeIsAskedForAgain() {
    attached();
    raise(CheckpointCause.DIVERGENCE, 1);
    awaitRequests(2);
    path.slow();
    standStill();
    await().until(() -> path.calls().size() == 4);
    goOn();
    await().until(() -> taken.size() == 2);
    loop.run(path::drained);
    awaitRequests(3);
    assertThat(taken.get(1).certain()).isFalse();
    checkpoint();
    assertThat(taken.get(2).causes()).containsExactly(CheckpointCause.DIVERGENCE);
    assertThat(path.calls())
        .containsExactly(
            "drain",
            "sealed",
            "resumed",
            "drain",
            "resumed",
            "sealed uncertain",
            "drain",
            "sealed",
            "resumed");
  }

  @Test
  void aStrangersStopIsNoCheckpointAndLosesNoCause() {
    attached();
    qemu.is("colo", "paused");
    qemu.monitor().event("STOP", NOTHING);
    await().until(() -> path.calls().contains("continued"));
    raise(CheckpointCause.DIVERGENCE, 1);
    awaitRequests(2);
    checkpoint();
    assertThat(taken).hasSize(2);
    assertThat(taken.get(1).causes()).containsExactly(CheckpointCause.DIVERGENCE);
  }

  private void awaitEpochs(int number) {
    await().until(() -> loop.call(pages::epochs) == number);
  }

  @Test
  void theRecordOfACheckpointHasThePagesOfItsEpoch() {
    attached();
    standStill();
    awaitEpochs(2);
    loop.run(() -> pages.count(2, 4711));
    goOn();
    await().until(() -> taken.size() == 2);
    assertThat(taken.get(0).dirtyPages()).isEmpty();
    assertThat(taken.get(1).dirtyPages()).hasValue(4711);
  }

  private void countedCheckpoint(int epoch, long count) {
    standStill();
    awaitEpochs(epoch);
    loop.run(() -> pages.count(epoch, count));
    goOn();
    await().until(() -> taken.size() == epoch);
  }

  @Test
  void aCountThatComesAfterTheResumeIsDroppedAndSoIsTheNext() {
    attached();
    loop.run(() -> pages.count(1, 1));
    countedCheckpoint(2, 2);
    countedCheckpoint(3, 3);
    assertThat(taken.get(0).dirtyPages()).isEmpty();
    assertThat(taken.get(1).dirtyPages()).isEmpty();
    assertThat(taken.get(2).dirtyPages()).hasValue(3);
  }

  @Test
  void anUncertainSealEndsNoEpochSoTheNextCountIsOfTwo() {
    attached();
    loop.run(() -> pages.count(1, 1));
    countedCheckpoint(2, 2);
    path.slow();
    standStill();
    await().until(() -> path.calls().size() == 7);
    goOn();
    await().until(() -> taken.size() == 3);
    loop.run(path::drained);
    await().until(() -> path.seals() == 3);
    standStill();
    awaitEpochs(3);
    loop.run(() -> pages.count(3, 3));
    goOn();
    await().until(() -> taken.size() == 4);
    assertThat(taken.get(3).dirtyPages()).isEmpty();
  }

  @Test
  void aStrangersStopEndsNoEpoch() {
    attached();
    qemu.is("colo", "paused");
    qemu.monitor().event("STOP", NOTHING);
    await().until(() -> path.calls().contains("continued"));
    goOn();
    settle();
    assertThat(loop.call(pages::epochs)).isEqualTo(1);
  }

  @Test
  void pagesAreCountedFromTheAttachToTheEnd() {
    attached();
    loop.get(() -> engine.detachPrimary(vm).map(true));
    assertThat(loop.call(() -> List.copyOf(pages.calls))).containsExactly("end", "begin", "end");
  }

  @Test
  void qemusOwnTimerIsSeenAndServesWhatWaits() {
    attached();
    checkpoint();
    settle();
    assertThat(requests()).isEqualTo(1);
    assertThat(taken).hasSize(2);
    assertThat(taken.get(1).number()).isEqualTo(2);
  }

  @Test
  void nothingIsAskedForAfterTheDetach() {
    attached();
    loop.get(() -> engine.detachPrimary(vm).map(true));
    raise(CheckpointCause.HOLD_TIME, 1);
    settle();
    assertThat(requests()).isEqualTo(1);
    assertThat(ends).containsExactly("begun", "ended");
  }

  @Test
  void nothingIsAskedOfAQemuThatHasLeftColo() {
    attached();
    loop.run(vm::leavingColo);
    raise(CheckpointCause.HOLD_TIME, 1);
    settle();
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void aQemuThatEndsEndsTheRequests() {
    attached();
    qemu.die();
    await().until(() -> ends.contains("ended"));
    raise(CheckpointCause.HOLD_TIME, 1);
    assertThat(requests()).isEqualTo(1);
  }
}
