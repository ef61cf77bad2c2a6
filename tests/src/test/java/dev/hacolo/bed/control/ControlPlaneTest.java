package dev.hacolo.bed.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.net.NetworkNamespace;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunRemoval;
import dev.hacolo.bed.process.StateDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The servers that the service needs, real ones, in a namespace and on loopback. */
@Tag("two-node")
class ControlPlaneTest {
  private final StateDirectory state = StateDirectory.configured();

  @Test
  void databaseAndBrokerRunInANamespaceAndNothingOfThemIsLeft() throws Exception {
    RunDirectory run = state.newRun();
    System.setProperty("jna.tmpdir", run.directory("tmp").toString());
    List<Long> pids;
    try (Launcher launcher = new Launcher(run, false)) {
      NetworkNamespace control = TwoNodeNetwork.create(run).control();
      use(run, launcher, new Place(control), control);
      pids = run.processes().stream().map(p -> p.pid()).toList();
    } finally {
      RunRemoval.remove(run);
    }
    assertThat(run.path()).doesNotExist();
    assertThat(pids).isNotEmpty().noneMatch(pid -> ProcessHandle.of(pid).isPresent());
    try (var left = Files.list(Path.of("/run/netns"))) {
      assertThat(left.map(Path::toString)).noneMatch(name -> name.contains(run.id()));
    }
  }

  @Test
  void databaseAndBrokerRunOnLoopbackBesideOthers() throws Exception {
    RunDirectory run = state.newRun();
    try (Launcher launcher = new Launcher(run, false)) {
      PostgresServer database = PostgresServer.start(state, run, launcher, Place.LOOPBACK);
      RabbitBroker broker = RabbitBroker.start(run, launcher, Place.LOOPBACK);
      assertThat(broker.port()).isNotEqualTo(5672);
      assertThat(oneIn(database)).isEqualTo(1);
      try (NovaNotifications nova = new NovaNotifications(broker)) {
        nova.publish("{}");
      }
    } finally {
      RunRemoval.remove(run);
    }
  }

  private void use(RunDirectory run, Launcher launcher, Place place, NetworkNamespace namespace)
      throws Exception {
    PostgresServer database = PostgresServer.start(state, run, launcher, place);
    RabbitBroker broker = RabbitBroker.start(run, launcher, place);
    int one =
        namespace.call(
            () -> {
              try (NovaNotifications nova = new NovaNotifications(broker)) {
                nova.publish("{}");
              }
              return oneIn(database);
            });
    assertThat(one).isEqualTo(1);
  }

  private static int oneIn(PostgresServer database) throws Exception {
    String password = Files.readString(database.passwordFile());
    try (Connection connection =
            DriverManager.getConnection(database.url(), database.user(), password);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT 1")) {
      result.next();
      return result.getInt(1);
    }
  }
}
