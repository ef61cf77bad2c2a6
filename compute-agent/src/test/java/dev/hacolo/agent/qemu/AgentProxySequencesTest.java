package dev.hacolo.agent.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.checkpoint.CheckpointObserver;
import dev.hacolo.agent.qemu.PacketPath.Stream;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the engine {@code proxy: ha-colo} does to QEMU and to the packet path, in order: in {@code
 * src/test/resources/qemu/agent-*.txt}.
 */
final class AgentProxySequencesTest {
  private static final SessionPolicy POLICY =
      new SessionPolicy("ha-colo", "compare", 10_000, 500, 20, 0);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final QemuTls TLS = new QemuTls(Optional.of(Path.of("/tls")));
  private static final String ORDINARY =
      "[mem0, console, ha, disk-vd0, file-vd0, disk-vd1, file-vd1]";
  private static final String[] OF_PROMOTED = {
    "ha-inbound-net0",
    "ha-outbound-net0",
    "ha-stream-input-net0",
    "ha-stream-injected-net0",
    "ha-stream-output-net0",
    "ha-stream-released-net0"
  };

  private final EventLoop loop = new EventLoop();
  private final GuestDescription guest = Guests.small(new UUID(2, 2));
  private final Path directory;
  private final FakeQemu qemu;
  private final ColoVm vm;
  private final RecordingPath path;
  private final AgentProxyEngine engine;
  private final PrimaryColo primary;
  private final SecondaryColo secondary;

  AgentProxySequencesTest(@TempDir Path directory) {
    this.directory = directory;
    qemu = new FakeQemu(directory.resolve("q"));
    vm = connect(directory.resolve("q"), guest);
    path = new RecordingPath(qemu::note);
    engine = new AgentProxyEngine(path, "/run/x-ha-", CheckpointObserver.NONE, EpochPages.NONE);
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

  private static final class NoProgress implements Progress {
    @Override
    public void phase(SessionPhase phase) {
      // Nobody looks.
    }

    @Override
    public void percent(int disk, int ram) {
      // Nobody looks.
    }
  }

  private Future<Void> attaching(PrimaryColo colo, ColoVm to, GuestDescription description) {
    return colo.attach(
        to, Guests.endpoints(description), POLICY, new NoProgress(), new Cancellation());
  }

  private void attach() {
    loop.get(() -> attaching(primary, vm, guest).map(true));
  }

  private void detach() {
    loop.get(() -> primary.detach(vm).map(true));
  }

  private Future<Void> preparing(SecondaryColo colo, ColoVm to, GuestDescription description) {
    return colo.prepare(
        to,
        Guests.endpoints(description),
        "compute-1",
        d -> Path.of("/i/active-" + d.id()),
        d -> Path.of("/i/hidden-" + d.id()));
  }

  private void prepare() {
    loop.get(() -> preparing(secondary, vm, guest).map(true));
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

  private void leave() {
    loop.get(() -> engine.leave(vm).map(true));
  }

  /** A VM that was a secondary and whose connections still need the agent. */
  private void exSecondary() {
    prepare();
    qemu.entersColo();
    loop.run(() -> path.needed(true));
    promote(() -> qemu.note("taps open"));
    loop.get(() -> secondary.settle(vm).map(true));
    qemu.takeLog();
  }

  @Test
  void attachingAPlainGuest() throws IOException {
    attach();
    Pinned.check("qemu/agent-attach.txt", qemu.takeLog());
    assertThat(qemu.property("ha-mirror-net0", "status")).isEqualTo("on");
    assertThat(qemu.property("ha-outbound-net0", "status")).isEqualTo("on");
  }

  @Test
  void detachingLeavesTheGuestAsItWas() throws IOException {
    attach();
    qemu.takeLog();
    detach();
    Pinned.check("qemu/agent-detach.txt", qemu.takeLog());
    assertThat(qemu.ours()).isEmpty();
    assertThat(qemu.others()).hasToString(ORDINARY);
    assertThat(loop.call(engine::isInPath)).isFalse();
  }

  @Test
  void detachingCanBeRepeatedAndNeedsNothingToBeThere() {
    detach();
    detach();
    assertThat(qemu.ours()).isEmpty();
    assertThat(qemu.others()).hasToString(ORDINARY);
  }

  @Test
  void everyStepOfAttachMayFailAndIsUndone() {
    attach();
    List<String> steps =
        qemu.log().stream()
            .filter(step -> step.contains("net0 property=status") || step.contains("-add"))
            .filter(step -> step.contains("-net0") && !step.endsWith("value=off"))
            .toList();
    detach();
    assertThat(steps).hasSize(7);
    for (String step : steps) {
      boolean[] failed = new boolean[1];
      qemu.refuse(line -> line.equals(step) && !failed[0] && (failed[0] = true));
      assertThat(loop.failure(() -> attaching(primary, vm, guest)))
          .as(step)
          .hasMessageContaining("refused by the test");
      detach();
      assertThat(qemu.ours()).as("left after " + step + " failed").isEmpty();
      assertThat(qemu.others()).hasToString(ORDINARY);
    }
  }

  @Test
  void preparingASecondary() throws IOException {
    prepare();
    Pinned.check("qemu/agent-prepare-secondary.txt", qemu.takeLog());
    assertThat(qemu.ours()).contains(OF_PROMOTED);
    assertThat(loop.call(() -> engine.keeps(vm, "ha-stream-input-net0"))).isTrue();
    assertThat(loop.call(() -> engine.keeps(vm, "ha-stream-input-copy-net0"))).isFalse();
    assertThat(loop.call(() -> engine.keeps(vm, "console"))).isFalse();
  }

  /** QEMU switches the filters off with COLO, so they are on again before the taps are open. */
  @Test
  void takingOverWithConnectionsThatNeedTheAgent() throws IOException {
    prepare();
    qemu.entersColo();
    qemu.takeLog();
    loop.run(() -> path.needed(true));
    promote(
        () -> {
          assertThat(qemu.migration()).isEqualTo("completed");
          qemu.note("taps open");
        });
    Pinned.check("qemu/agent-take-over.txt", qemu.takeLog());
    assertThat(qemu.ours()).contains(OF_PROMOTED);
    assertThat(loop.call(engine::isInPath)).isTrue();
  }

  @Test
  void leavingWhenNoConnectionNeedsTheAgentAnyMore() throws IOException {
    exSecondary();
    leave();
    assertThat(qemu.takeLog()).as("it is still needed").isEqualTo("\n");
    loop.run(() -> path.needed(false));
    leave();
    Pinned.check("qemu/agent-leave.txt", qemu.takeLog());
    assertThat(qemu.ours()).doesNotContain(OF_PROMOTED);
    assertThat(loop.call(engine::isInPath)).isFalse();
    leave();
    assertThat(qemu.ours()).as("and again").doesNotContain(OF_PROMOTED);
  }

  /** The mirror goes behind the filter to the guest: it copies in the guest's own numbers. */
  @Test
  void attachingAnExSecondaryUsesTheFiltersThatAreThere() throws IOException {
    exSecondary();
    attach();
    Pinned.check("qemu/agent-attach-ex-secondary.txt", qemu.takeLog());
    detach();
    assertThat(qemu.ours()).as("still needed").containsExactlyInAnyOrder(OF_PROMOTED);
    loop.run(() -> path.needed(false));
    leave();
    assertThat(qemu.ours()).isEmpty();
  }

  @Test
  void aTakeOverThatFailedIsRepeated() {
    prepare();
    qemu.entersColo();
    qemu.refuse(line -> line.startsWith("announce-self"));
    assertThat(loop.failure(() -> secondary.promote(vm, Future::succeededFuture))).isNotNull();
    qemu.refuse(line -> false);
    qemu.takeLog();
    promote(() -> qemu.note("taps open"));
    assertThat(qemu.log())
        .noneMatch(line -> line.startsWith("x-colo-lost-heartbeat"))
        .containsSubsequence("taps open", "path: serve");
    assertThat(qemu.ours()).doesNotContain(OF_PROMOTED);
  }

  @Test
  void eachNicHasItsOwnStreams() throws IOException {
    GuestDescription large = Guests.large(new UUID(3, 3));
    try (FakeQemu other = new FakeQemu(directory.resolve("l"))) {
      ColoVm two = connect(directory.resolve("l"), large);
      RecordingPath streams = new RecordingPath(other::note);
      SecondaryColo colo =
          new SecondaryColo(
              TLS,
              new AgentProxyEngine(streams, "/run/y-ha-", CheckpointObserver.NONE, EpochPages.NONE),
              DEADLINE);
      loop.get(() -> preparing(colo, two, large).map(true));
      String packets =
          other.log().stream()
              .filter(line -> line.contains("-net") || line.startsWith("path: "))
              .reduce("", (text, line) -> text + line + "\n");
      Pinned.check("qemu/agent-prepare-two-nics.txt", packets);
      for (int nic = 0; nic < 2; nic++) {
        int number = nic;
        assertThat(loop.call(() -> streams.isConnected(number, Stream.INJECTED))).isTrue();
      }
      loop.run(() -> two.qmp().close());
    }
  }
}
