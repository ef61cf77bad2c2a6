package dev.hacolo.bed.control;

import dev.hacolo.bed.process.JavaProgram;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.common.identity.PeerIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Starts nova-ha-service; it can be killed and started again. */
public final class HaServiceProcess {
  /** Queue that the service binds to Nova's exchange. */
  public static final String QUEUE = "ha-colo";

  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final int API = 9700;
  private static final int METRICS = 9702;

  private final RunDirectory run;
  private final Launcher launcher;
  private final Place place;
  private final String address;
  private final int apiPort;
  private final int metricsPort;
  private final String name;
  private final Path configuration;

  /**
   * Where OpenStack is and who asks it.
   *
   * @param authUrl Keystone
   * @param user user name
   * @param passwordFile file with the password
   * @param project project name
   * @param domain domain of user and project
   * @param region region name
   */
  public record OpenStack(
      String authUrl,
      String user,
      Path passwordFile,
      String project,
      String domain,
      String region) {}

  /**
   * Writes the configuration.
   *
   * @param number which of several replicas, from 1
   * @param address IP address that the service listens on
   * @param more settings beside the necessary ones
   */
  public HaServiceProcess(
      RunDirectory run,
      Launcher launcher,
      Place place,
      int number,
      String address,
      CertificateAuthority authority,
      PostgresServer database,
      RabbitBroker broker,
      OpenStack cloud,
      Map<String, String> more) {
    this.run = run;
    this.launcher = launcher;
    this.place = place;
    this.address = address;
    this.name = "nova-ha-service-" + number;
    this.apiPort = place.port(API + 10 * (number - 1));
    this.metricsPort = place.port(METRICS + 10 * (number - 1));
    Properties settings = new Properties();
    settings.setProperty("service.name", name);
    settings.setProperty("api.listen", address + ":" + apiPort);
    settings.setProperty("metrics.listen", metrics());
    CertificateAuthority.Credentials tls =
        authority.issue(PeerIdentity.Role.SERVICE, name, address);
    settings.setProperty("tls.ca", tls.ca().toString());
    settings.setProperty("tls.certificate", tls.certificate().toString());
    settings.setProperty("tls.key", tls.key().toString());
    settings.setProperty("database.url", database.url());
    settings.setProperty("database.user", database.user());
    settings.setProperty("database.password_file", database.passwordFile().toString());
    settings.setProperty("database.pool_size", "8");
    broker(settings, broker);
    cloud(settings, cloud);
    settings.putAll(more);
    this.configuration = ConfigurationFile.write(run, name, settings);
  }

  /** Address of its metrics and readiness, {@code host:port}. */
  public String metrics() {
    return address + ":" + metricsPort;
  }

  /** Base URL of its REST API. */
  public String url() {
    return "https://" + address + ":" + apiPort;
  }

  /** Starts the service and returns when it is ready. */
  public RunningProcess start() {
    List<String> command =
        JavaProgram.command(
            run,
            ClassPaths.of("nova-ha-service"),
            "256m",
            "dev.hacolo.service.Main",
            List.of("--config", configuration.toString()));
    RunningProcess service = launcher.start(place.put(Launcher.Spec.of(name, command)));
    service.await("readiness", DEADLINE, () -> place.succeeds(() -> HttpProbe.isReady(metrics())));
    return service;
  }

  private static void broker(Properties settings, RabbitBroker broker) {
    settings.setProperty("rabbitmq.host", broker.host());
    settings.setProperty("rabbitmq.port", Integer.toString(broker.port()));
    settings.setProperty("rabbitmq.virtual_host", "/");
    settings.setProperty("rabbitmq.user", broker.user());
    settings.setProperty("rabbitmq.password_file", broker.passwordFile().toString());
    settings.setProperty("rabbitmq.exchange", NovaNotifications.EXCHANGE);
    settings.setProperty("rabbitmq.queue", QUEUE);
    settings.setProperty("rabbitmq.routing_key", "versioned_notifications.#");
  }

  private static void cloud(Properties settings, OpenStack cloud) {
    settings.setProperty("openstack.auth_url", cloud.authUrl());
    settings.setProperty("openstack.user", cloud.user());
    settings.setProperty("openstack.password_file", cloud.passwordFile().toString());
    settings.setProperty("openstack.project", cloud.project());
    settings.setProperty("openstack.user_domain", cloud.domain());
    settings.setProperty("openstack.project_domain", cloud.domain());
    settings.setProperty("openstack.region", cloud.region());
  }
}
