package dev.hacolo.agent.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.driver.GuestDriver;
import dev.hacolo.agent.driver.GuestDriverContract;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.agent.testing.FakeQemu;
import dev.hacolo.agent.testing.FakeQemuMonitor;
import dev.hacolo.agent.testing.Guests;
import dev.hacolo.agent.testing.Scripts;
import dev.hacolo.common.api.GuestDescription;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectDriverTest extends GuestDriverContract {
  private final Path root;
  private final GuestDirectory directory;
  private final DirectDriver driver;

  DirectDriverTest(@TempDir Path root) throws IOException {
    this.root = root;
    directory = new GuestDirectory(root.resolve("guests"));
    Path nothing = Scripts.write(root.resolve("nothing"), "exit 0\n");
    driver =
        new DirectDriver(
            loop().vertx(),
            root.resolve("guests"),
            root.resolve("instances"),
            root.resolve("run"),
            new DirectDriver.Programs(nothing.toString(), nothing.toString(), nothing.toString()));
    Files.createDirectories(root.resolve("run"));
  }

  @Override
  protected GuestDriver driver() {
    return driver;
  }

  @Override
  protected GuestDescription description(UUID instance) {
    return Guests.small(instance);
  }

  @Override
  protected FakeQemu guest(UUID uuid, boolean running) throws IOException {
    Path socket = root.resolve("guest-%s".formatted(uuid.getLeastSignificantBits()));
    directory.write(new Descriptor(Guests.small(uuid), socket.toString(), Map.of()));
    FakeQemu qemu = closing(new FakeQemu(socket));
    if (!running) {
      qemu.is("none", "paused");
    }
    return qemu;
  }

  /** The program in the place of QEMU starts none, so the test does. */
  @Override
  protected ColoVm secondary(UUID uuid) throws IOException {
    Future<?> starting = loop().begin(() -> driver.startSecondary(Guests.small(uuid)));
    assertThat(loop().failure(() -> starting)).hasMessageContaining("cannot be reached");
    ownSecondary(uuid);
    return loop().get(() -> openOwn(uuid));
  }

  private FakeQemu ownSecondary(UUID uuid) throws IOException {
    Files.createDirectories(root.resolve("instances").resolve(uuid.toString()));
    return closing(new FakeQemu(root.resolve("run").resolve(uuid + ".qmp")));
  }

  private Future<ColoVm> openOwn(UUID uuid) {
    Path socket = root.resolve("run").resolve(uuid + ".qmp");
    return QmpClient.connect(loop().vertx(), socket, "g", Duration.ofSeconds(5))
        .map(qmp -> new ColoVm(loop().vertx(), Guests.small(uuid), qmp));
  }

  @Test
  void aDescriptorOfAQemuThatIsNotThereIsNoGuest() throws IOException {
    directory.write(new Descriptor(Guests.small(ONE), "/nowhere", Map.of()));
    assertThat(guests()).isEmpty();
  }

  @Test
  void removingASecondaryForgetsThatItWasPromoted() throws IOException {
    FakeQemu qemu = ownSecondary(ONE);
    ColoVm vm = loop().get(() -> openOwn(ONE));
    loop().get(() -> driver.promoting(vm).map(true));
    qemu.close();
    loop().get(() -> driver.removeSecondary(ONE).map(true));
    assertThat(guests()).isEmpty();
    assertThat(loop().failure(() -> driver.open(ONE))).isNotNull();
  }

  @Test
  void killingSaysSoIfTheVmMayStillRun() throws IOException {
    loop().get(() -> driver.kill(ONE).map(true));
    // The stand-in has no process of its own that carries the socket's path.
    guest(ONE, true);
    assertThat(loop().failure(() -> driver.kill(ONE))).hasMessageContaining("no process names it");
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
    closing(new FakeQemuMonitor(socket, silent));
    assertThat(guests()).isEmpty();
  }
}
