package dev.hacolo.service.config;

import dev.hacolo.common.config.ConfigException;
import dev.hacolo.common.config.ConfigReader;
import dev.hacolo.common.config.HostPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@link ServiceConfig}; the template nova-ha-service.properties documents every key. */
public final class ServiceConfigFile {
  private static final Pattern JDBC = Pattern.compile("jdbc:postgresql://\\S+");
  private static final Pattern HTTP = Pattern.compile("https?://[^\\s/]+(/\\S*)?");
  private static final Pattern AMQP_NAME = Pattern.compile("[A-Za-z0-9._:#*-]{1,255}");
  private static final String AMQP_NAME_RULE = "1 to 255 letters, digits and . _ : # * -";
  private static final Set<String> BOOLEAN = Set.of("true", "false");

  private final ConfigReader reader;

  private ServiceConfigFile(ConfigReader reader) {
    this.reader = reader;
  }

  /** Reads a file; every wrong value is reported at once. */
  public static ServiceConfig read(Path file) throws ConfigException {
    return read(ConfigReader.open(file));
  }

  static ServiceConfig read(ConfigReader reader) throws ConfigException {
    ServiceConfig config = new ServiceConfigFile(reader).config();
    reader.finish();
    return config;
  }

  private ServiceConfig config() {
    return new ServiceConfig(
        reader.text("service.name", "nova-ha-service"),
        reader.hostPort("api.listen", new HostPort("0.0.0.0", 9700)),
        reader.hostPort("metrics.listen", new HostPort("127.0.0.1", 9704)),
        new TlsConfig(
            reader.readableFile("tls.ca"),
            reader.readableFile("tls.certificate"),
            reader.readableFile("tls.key")),
        database(),
        rabbit(),
        openStack(),
        timing(),
        reader
            .oneOf("pairing.failure_domain", "preferred", Set.of("preferred", "required"))
            .equals("required"),
        reader.integer("sync.per_host", 2, 1, 1000),
        fencing());
  }

  private DatabaseConfig database() {
    return new DatabaseConfig(
        reader.required("database.url", JDBC, "a URL like jdbc:postgresql://192.0.2.1:5432/hacolo"),
        reader.required("database.user"),
        optionalFile("database.password_file").map(SecretFile::new),
        reader.integer("database.pool_size", 8, 3, 100));
  }

  private RabbitConfig rabbit() {
    return new RabbitConfig(
        reader.text("rabbitmq.host", "127.0.0.1"),
        reader.integer("rabbitmq.port", 5672, 1, 65535),
        reader.text("rabbitmq.virtual_host", "/"),
        reader.required("rabbitmq.user"),
        new SecretFile(reader.readableFile("rabbitmq.password_file")),
        amqpName("rabbitmq.exchange", "nova"),
        amqpName("rabbitmq.queue", "ha-colo.notifications"),
        amqpName("rabbitmq.routing_key", "versioned_notifications.#"),
        reader.oneOf("rabbitmq.tls", "false", BOOLEAN).equals("true"));
  }

  private OpenStackConfig openStack() {
    return new OpenStackConfig(
        reader.required("openstack.auth_url", HTTP, "a URL like https://192.0.2.1:5000/v3"),
        reader.required("openstack.user"),
        new SecretFile(reader.readableFile("openstack.password_file")),
        reader.text("openstack.project", "service"),
        reader.text("openstack.user_domain", "Default"),
        reader.text("openstack.project_domain", "Default"),
        reader.text("openstack.region", "RegionOne"),
        optionalFile("openstack.ca"));
  }

  private TimingConfig timing() {
    TimingConfig timing =
        new TimingConfig(
            duration("reconcile.interval", "60s", "1s", "24h"),
            duration("agent.timeout", "3s", "100ms", "60s"),
            duration("agent.silence", "5s", "1s", "10m"),
            duration("retry.initial", "2s", "10ms", "10m"),
            duration("retry.max", "2m", "10ms", "24h"),
            duration("sync.stall", "5m", "1s", "24h"),
            duration("history.retention", "2160h", "1h", "87600h"));
    if (timing.retryMax().compareTo(timing.retryInitial()) < 0) {
      reader.wrong(
          "retry.max", timing.retryMax().toMillis() + " ms", "not shorter than retry.initial");
    }
    return timing;
  }

  private Optional<FencingConfig> fencing() {
    Duration timeout = duration("fencing.timeout", "30s", "1s", "10m");
    String command = reader.text("fencing.command", "");
    if (command.isEmpty()) {
      return Optional.empty();
    }
    Path executable = reader.readableFile("fencing.command");
    if (!Files.isExecutable(executable)) {
      reader.wrong("fencing.command", command, "an executable file");
    }
    return Optional.of(new FencingConfig(executable, timeout));
  }

  private Duration duration(String name, String fallback, String min, String max) {
    return reader.duration(name, parse(fallback), parse(min), parse(max));
  }

  private static Duration parse(String text) {
    return text.endsWith("ms")
        ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
        : Duration.parse("PT" + text);
  }

  private String amqpName(String name, String fallback) {
    String value = reader.text(name, fallback);
    if (!AMQP_NAME.matcher(value).matches()) {
      reader.wrong(name, value, AMQP_NAME_RULE);
    }
    return value;
  }

  private Optional<Path> optionalFile(String name) {
    return reader.text(name, "").isEmpty()
        ? Optional.empty()
        : Optional.of(reader.readableFile(name));
  }
}
