package dev.hacolo.bed.control;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunningProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Debian's RabbitMQ as a broker of the run's own: node name, ports, data, cookie and port mapper
 * are not those of the machine's broker. It can be killed and started again with the same data.
 */
public final class RabbitBroker {
  private static final String PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server";
  private static final String ADDRESS = "127.0.0.1";
  private static final String USER = "openstack";
  private static final int AMQP = 5672;
  private static final int PORT_MAPPER = 4369;
  private static final int DISTRIBUTION = 25672;
  private static final int METHOD_FRAME = 1;
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /** Ports of a broker; a broker that is started again needs the same ones. */
  private record Ports(int amqp, int portMapper, int distribution) {}

  private final Launcher launcher;
  private final Place place;
  private final Ports ports;
  private final Path home;
  private final String password = Secret.random();
  private RunningProcess server;

  private RabbitBroker(RunDirectory run, Launcher launcher, Place place) {
    if (!Files.exists(Path.of(PROGRAM))) {
      throw new BedException(PROGRAM + " is missing: install rabbitmq-server");
    }
    this.launcher = launcher;
    this.place = place;
    this.ports = new Ports(place.port(AMQP), place.port(PORT_MAPPER), place.port(DISTRIBUTION));
    this.home = run.directory("rabbitmq");
    Secret.write(home.resolve("password"), password);
    Secret.write(home.resolve("rabbitmq.conf"), configuration(ports.amqp(), password));
    Secret.write(home.resolve("enabled_plugins"), "[].\n");
    // Started here, and in the foreground: RabbitMQ would leave a daemon behind.
    launcher.start(
        place.put(
            Launcher.Spec.of(
                "epmd", List.of("epmd", "-address", ADDRESS, "-port", "" + ports.portMapper()))));
    this.server = launch();
  }

  /** Starts a broker and returns when it speaks AMQP. */
  public static RabbitBroker start(RunDirectory run, Launcher launcher, Place place) {
    return new RabbitBroker(run, launcher, place);
  }

  /** Address that it listens on. */
  public String host() {
    return ADDRESS;
  }

  /** AMQP port. */
  public int port() {
    return ports.amqp();
  }

  /** Its one user. */
  public String user() {
    return USER;
  }

  /** The user's password. */
  public String password() {
    return password;
  }

  /** File with the password. */
  public Path passwordFile() {
    return home.resolve("password");
  }

  /** Kills the broker. */
  public void kill() {
    server.killAndWait();
  }

  /** Starts a killed broker again, with its data, and returns when it speaks AMQP. */
  public void restart() {
    server = launch();
  }

  private RunningProcess launch() {
    RunningProcess started =
        launcher.start(
            place.put(
                Launcher.Spec.of("rabbitmq", List.of(PROGRAM)).with(environment(home, ports))));
    started.await(
        "its first answer", DEADLINE, () -> place.succeeds(() -> speaksAmqp(ports.amqp())));
    return started;
  }

  private static String configuration(int port, String password) {
    return """
        listeners.tcp.1 = %s:%d
        default_user = %s
        default_pass = %s
        log.console = true
        log.file = false
        """
        .formatted(ADDRESS, port, USER, password);
  }

  private static Map<String, String> environment(Path home, Ports ports) {
    Map<String, String> variables = new HashMap<>();
    variables.put("HOME", home.toString());
    variables.put("RABBITMQ_NODENAME", "hacolo@localhost");
    variables.put("RABBITMQ_CONF_ENV_FILE", home.resolve("no-such-file").toString());
    variables.put("RABBITMQ_CONFIG_FILE", home.resolve("rabbitmq.conf").toString());
    variables.put("RABBITMQ_ADVANCED_CONFIG_FILE", home.resolve("no-such.config").toString());
    variables.put("RABBITMQ_ENABLED_PLUGINS_FILE", home.resolve("enabled_plugins").toString());
    variables.put("RABBITMQ_MNESIA_BASE", home.resolve("data").toString());
    variables.put("RABBITMQ_LOG_BASE", home.resolve("log").toString());
    variables.put("RABBITMQ_LOGS", "-");
    variables.put("RABBITMQ_PID_FILE", home.resolve("pid").toString());
    variables.put("RABBITMQ_DIST_PORT", "" + ports.distribution());
    variables.put("ERL_EPMD_PORT", "" + ports.portMapper());
    variables.put("ERL_EPMD_ADDRESS", ADDRESS);
    // Makes the start script exec, so that the process that was started is the broker.
    variables.put("RUNNING_UNDER_SYSTEMD", "true");
    // Idle schedulers shall not spin on a machine that has two cores for everything.
    variables.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
        "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"
            + " -kernel inet_dist_use_interface {127,0,0,1}");
    return variables;
  }

  /** AMQP 0-9-1, section 4.2.2: the server answers the protocol header with a method frame. */
  private static boolean speaksAmqp(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
      return socket.getInputStream().read() == METHOD_FRAME;
    }
  }
}
