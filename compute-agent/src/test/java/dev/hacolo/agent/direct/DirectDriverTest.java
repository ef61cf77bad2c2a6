package dev.hacolo.agent.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeQemu;
import dev.hacolo.agent.testing.FakeQemuMonitor;
import dev.hacolo.agent.testing.Guests;
import dev.hacolo.agent.testing.Scripts;
import dev.hacolo.common.api.HostReport;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectDriverTest {
  private static final UUID ONE = new UUID(1, 1);

  private final EventLoop loop = new EventLoop();
  private final Path root;
  private final GuestDirectory directory;
  private final DirectDriver driver;
  private final List<AutoCloseable> started = new ArrayList<>();

  DirectDriverTest(@TempDir Path root) throws IOException {
    this.root = root;
    directory = new GuestDirectory(root.resolve("guests"));
    Path nothing = Scripts.write(root.resolve("nothing"), "exit 0\n");
    driver =
        new DirectDriver(
            loop.vertx(),
            root.resolve("guests"),
            root.resolve("instances"),
            root.resolve("run"),
            new DirectDriver.Programs(nothing.toString(), nothing.toString(), nothing.toString()));
    Files.createDirectories(root.resolve("run"));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : started) {
      each.close();
    }
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  private FakeQemu guest(UUID uuid) throws IOException {
    Path socket = root.resolve("guest-%s".formatted(uuid.getLeastSignificantBits()));
    directory.write(new Descriptor(Guests.small(uuid), socket.toString(), Map.of()));
    FakeQemu qemu = new FakeQemu(socket);
    started.add(qemu);
    return qemu;
  }

  private FakeQemu ownSecondary(UUID uuid) throws IOException {
    Files.createDirectories(root.resolve("instances").resolve(uuid.toString()));
    FakeQemu qemu = new FakeQemu(root.resolve("run").resolve(uuid + ".qmp"));
    started.add(qemu);
    return qemu;
  }

  private List<HostReport.Guest> guests() {
    return loop.get(driver::guests);
  }

  @Test
  void guestsAreThoseWhoseQemuAnswers() throws IOException {
    guest(ONE);
    guest(new UUID(1, 2)).is("none", "paused");
    directory.write(new Descriptor(Guests.small(new UUID(1, 3)), "/nowhere", Map.of()));
    assertThat(guests())
        .extracting(g -> g.description().uuid(), HostReport.Guest::running)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(ONE, true),
            org.assertj.core.groups.Tuple.tuple(new UUID(1, 2), false));
  }

  @Test
  void whoAsksAtTheSameTimeGetsTheSameMonitor() throws IOException {
    guest(ONE);
    Future<List<HostReport.Guest>> listed = loop.begin(driver::guests);
    Future<ColoVm> first = loop.begin(() -> driver.open(ONE));
    Future<ColoVm> second = loop.begin(() -> driver.open(ONE));
    ColoVm vm = loop.get(() -> first);
    assertThat(loop.get(() -> second)).isSameAs(vm);
    assertThat(loop.get(() -> listed)).hasSize(1);
  }

  @Test
  void aQemuThatHangsStaysListedAndDelaysNobody() throws IOException {
    FakeQemu qemu = guest(ONE);
    assertThat(guests()).hasSize(1);
    qemu.leaveUnanswered(line -> true);
    long begun = System.nanoTime();
    assertThat(guests()).singleElement().extracting(HostReport.Guest::running).isEqualTo(true);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aQemuThatDiedIsGoneAndOneThatIsStartedAgainIsBack() throws IOException {
    FakeQemu qemu = guest(ONE);
    ColoVm vm = loop.get(() -> driver.open(ONE));
    qemu.close();
    loop.get(() -> vm.qmp().closed().map(true));
    assertThat(guests()).isEmpty();
    guest(ONE);
    assertThat(guests()).hasSize(1);
    assertThat(loop.get(() -> driver.open(ONE))).isNotSameAs(vm);
  }

  @Test
  void anUnknownInstanceIsOneSentence() {
    assertThat(loop.failure(() -> driver.open(ONE)))
        .hasMessage("no guest descriptor names the instance " + ONE);
  }

  @Test
  void aHostThatRunsTheGuestItselfGetsNoSecondaryAndKeepsItsDescriptor() throws IOException {
    guest(ONE);
    assertThat(loop.failure(() -> driver.startSecondary(Guests.small(ONE))))
        .hasMessage(
            "the instance %s runs on this host, so it cannot have its secondary here"
                .formatted(ONE));
    assertThat(guests()).hasSize(1);
  }

  @Test
  void aSecondaryIsNoGuestUntilItIsPromoted() throws IOException {
    Future<?> starting = loop.begin(() -> driver.startSecondary(Guests.small(ONE)));
    assertThat(loop.failure(() -> starting)).hasMessageContaining("cannot be reached");
    ownSecondary(ONE);
    ColoVm vm = loop.get(() -> openOwn());
    assertThat(guests()).isEmpty();
    loop.get(() -> driver.promoting(vm).map(true));
    assertThat(guests()).hasSize(1);
    assertThat(loop.get(() -> driver.open(ONE))).isSameAs(vm);
    assertThat(loop.<Boolean>get(() -> driver.isUnsettled(ONE))).isTrue();
    loop.get(() -> driver.adopt(vm).map(true));
    assertThat(loop.<Boolean>get(() -> driver.isUnsettled(ONE))).isFalse();
    assertThat(guests()).hasSize(1);
  }

  private Future<ColoVm> openOwn() {
    Path socket = root.resolve("run").resolve(ONE + ".qmp");
    return dev.hacolo.agent.qmp.QmpClient.connect(loop.vertx(), socket, "g", Duration.ofSeconds(5))
        .map(qmp -> new ColoVm(loop.vertx(), Guests.small(ONE), qmp));
  }

  @Test
  void removingASecondaryForgetsThatItWasPromoted() throws IOException {
    FakeQemu qemu = ownSecondary(ONE);
    ColoVm vm = loop.get(this::openOwn);
    loop.get(() -> driver.promoting(vm).map(true));
    qemu.close();
    loop.get(() -> driver.removeSecondary(ONE).map(true));
    assertThat(guests()).isEmpty();
    assertThat(loop.failure(() -> driver.open(ONE))).isNotNull();
  }

  @Test
  void killingSaysSoIfTheVmMayStillRun() throws IOException {
    loop.get(() -> driver.kill(ONE).map(true));
    // The stand-in has no process of its own that carries the socket's path.
    guest(ONE);
    assertThat(loop.failure(() -> driver.kill(ONE))).hasMessageContaining("no process names it");
  }

  @Test
  void aMonitorThatIsTakenByAnotherClientIsNoGuest() throws IOException {
    Path socket = root.resolve("busy");
    directory.write(new Descriptor(Guests.small(ONE), socket.toString(), Map.of()));
    FakeQemuMonitor.Script silent =
        new FakeQemuMonitor.Script() {
          @Override
          public void connected(FakeQemuMonitor monitor) {
            monitor.hangUp();
          }

          @Override
          public void command(FakeQemuMonitor m, String name, long id, JsonObject arguments) {}
        };
    started.add(new FakeQemuMonitor(socket, silent));
    assertThat(guests()).isEmpty();
  }
}
