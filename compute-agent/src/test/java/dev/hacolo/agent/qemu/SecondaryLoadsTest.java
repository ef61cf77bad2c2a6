package dev.hacolo.agent.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.checkpoint.CheckpointObserver;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeQemu;
import dev.hacolo.agent.testing.Guests;
import dev.hacolo.common.api.GuestDescription;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which RESUME of a secondary is the load of a state. One too many would make the agent forget
 * inputs and output that the VM still needs.
 */
final class SecondaryLoadsTest {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final QemuTls TLS = new QemuTls(Optional.of(Path.of("/tls")));

  private final EventLoop loop = new EventLoop();
  private final GuestDescription guest = Guests.small(new UUID(2, 2));
  private final FakeQemu qemu;
  private final ColoVm vm;
  private final RecordingPath path;
  private final SecondaryColo secondary;

  SecondaryLoadsTest(@TempDir Path directory) {
    Path socket = directory.resolve("q");
    qemu = new FakeQemu(socket);
    path = new RecordingPath(step -> {});
    secondary =
        new SecondaryColo(
            TLS,
            new AgentProxyEngine(path, "/run/x-ha-", CheckpointObserver.NONE, EpochPages.NONE),
            DEADLINE);
    vm =
        loop.get(
            () ->
                QmpClient.connect(loop.vertx(), socket, "vm", DEADLINE)
                    .map(
                        qmp ->
                            new ColoVm(
                                loop.vertx(),
                                guest,
                                qmp,
                                Path.of("events.sock"),
                                Duration.ofMillis(2))));
  }

  @BeforeEach
  void inColoWithOneStateLoaded() {
    loop.get(
        () ->
            secondary
                .prepare(
                    vm,
                    Guests.endpoints(guest),
                    "compute-1",
                    d -> Path.of("/a"),
                    d -> Path.of("/h"))
                .map(true));
    qemu.entersColo();
    stops("colo");
    resumes();
    assertThat(told()).containsExactly("stopped", "resumed");
    loop.run(path.pauses::clear);
  }

  @AfterEach
  void stop() {
    loop.run(() -> vm.qmp().close());
    qemu.close();
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  private void event(String name, JsonObject data) {
    qemu.monitor().event(name, data);
  }

  /** What an agent asks while the VM stands is answered before it runs again. */
  private void stops(String status) {
    qemu.is("colo", status);
    event("STOP", new JsonObject());
    settled();
  }

  private void resumes() {
    qemu.is("colo", "running");
    event("RESUME", new JsonObject());
    settled();
  }

  /** The first answer comes behind the event, the second behind that to what the event caused. */
  private void settled() {
    loop.get(() -> vm.running());
    loop.get(() -> vm.running());
  }

  private List<String> told() {
    return loop.call(() -> List.copyOf(path.pauses));
  }

  private Future<Void> promotion() {
    return loop.begin(() -> secondary.promote(vm, Future::succeededFuture));
  }

  @Test
  void theTakeOverIsNoLoad() {
    Future<Void> promotion = promotion();
    loop.get(() -> promotion.map(true));
    assertThat(told()).doesNotContain("resumed");
  }

  @Test
  void nothingAfterTheTakeOverIsALoad() {
    Future<Void> promotion = promotion();
    loop.get(() -> promotion.map(true));
    loop.run(path.pauses::clear);
    event("STOP", new JsonObject());
    event("RESUME", new JsonObject());
    loop.get(() -> vm.running());
    assertThat(told()).isEmpty();
  }

  /** QEMU ends the loading first (FAILOVER_STATUS_RELAUNCH), so this state runs. */
  @Test
  void aStateThatIsBeingLoadedAtTheTakeOverCountsOnce() {
    stops("colo");
    qemu.leaveUnanswered(line -> line.startsWith("x-colo-lost-heartbeat"));
    Future<Void> promotion = promotion();
    await().until(() -> qemu.log().contains("x-colo-lost-heartbeat"));
    resumes();
    event("MIGRATION", new JsonObject().put("status", "completed"));
    event("COLO_EXIT", new JsonObject().put("mode", "secondary").put("reason", "request"));
    event("STOP", new JsonObject());
    event("RESUME", new JsonObject());
    loop.get(() -> vm.running());
    assertThat(told()).containsExactly("stopped", "resumed");
    assertThat(promotion.isComplete()).isFalse();
  }

  /** The primary died in the middle of it: the VM goes on with the state that it has. */
  @Test
  void aStateThatNeverArrivesIsNoLoad() {
    stops("colo");
    qemu.leaveUnanswered(line -> line.startsWith("x-colo-lost-heartbeat"));
    Future<Void> promotion = promotion();
    await().until(() -> qemu.log().contains("x-colo-lost-heartbeat"));
    event("MIGRATION", new JsonObject().put("status", "completed"));
    event("COLO_EXIT", new JsonObject().put("mode", "secondary").put("reason", "request"));
    event("RESUME", new JsonObject());
    loop.get(() -> vm.running());
    assertThat(told()).containsExactly("stopped");
    assertThat(promotion.isComplete()).isFalse();
  }

  @Test
  void aSecondaryThatLosesItsStreamInTheMiddleHasLoadedNothing() {
    stops("colo");
    event("COLO_EXIT", new JsonObject().put("mode", "secondary").put("reason", "error"));
    resumes();
    assertThat(told()).containsExactly("stopped");
  }

  @Test
  void whatSomebodyElseHasStoppedLoadsNothing() {
    stops("paused");
    resumes();
    assertThat(told()).containsExactly("stopped");
    stops("colo");
    resumes();
    assertThat(told()).containsExactly("stopped", "stopped", "resumed");
  }

  @Test
  void aFullDiskStopsTheVmAsWell() {
    stops("io-error");
    resumes();
    assertThat(told()).doesNotContain("resumed");
  }
}
