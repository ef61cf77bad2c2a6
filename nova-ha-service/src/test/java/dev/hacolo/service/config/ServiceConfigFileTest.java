package dev.hacolo.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hacolo.common.config.ConfigException;
import dev.hacolo.common.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceConfigFileTest {
  @TempDir Path directory;

  /** The template, with its files where this test may make them. */
  private String template() throws IOException {
    String text =
        Files.readString(Path.of("src/main/config/nova-ha-service.properties"))
            .replace("/etc/ha-colo", directory.toString());
    for (String file :
        new String[] {
          "ca.pem",
          "service.pem",
          "service.key",
          "rabbitmq.password",
          "openstack.password",
          "database.password",
          "fence"
        }) {
      Files.writeString(directory.resolve(file), "secret\n");
    }
    assertThat(directory.resolve("fence").toFile().setExecutable(true)).isTrue();
    return text;
  }

  private ServiceConfig read(String text) throws IOException, ConfigException {
    return ServiceConfigFile.read(Files.writeString(directory.resolve("service.properties"), text));
  }

  @Test
  void theTemplateIsValidAndItsCommentsAreTheDefaults() throws IOException, ConfigException {
    ServiceConfig plain = read(template());
    String all =
        template()
            .replaceAll("(?m)^#([a-z_.]+ = .*)$", "$1")
            .replace("/etc/ssl/certs/ca-certificates.crt", directory.resolve("ca.pem").toString());
    ServiceConfig spelledOut = read(all);
    assertThat(plain.timing()).isEqualTo(spelledOut.timing());
    assertThat(plain.rabbit()).isEqualTo(spelledOut.rabbit());
    assertThat(plain.apiListen()).isEqualTo(spelledOut.apiListen());
    assertThat(plain.metricsListen()).isEqualTo(spelledOut.metricsListen());
    assertThat(plain.database().poolSize()).isEqualTo(spelledOut.database().poolSize());
    assertThat(plain.openstack().region()).isEqualTo(spelledOut.openstack().region());
    assertThat(plain.name()).isEqualTo(spelledOut.name());
    assertThat(plain.failureDomainRequired()).isEqualTo(spelledOut.failureDomainRequired());
    assertThat(plain.syncsPerHost()).isEqualTo(spelledOut.syncsPerHost()).isEqualTo(2);
    assertThat(plain.fencing()).isEmpty();
    assertThat(spelledOut.fencing())
        .contains(new FencingConfig(directory.resolve("fence"), Duration.ofSeconds(30)));
    assertThat(spelledOut.openstack().ca()).isPresent();
    assertThat(spelledOut.database().password()).isPresent();
    assertThat(plain.timing().reconcileInterval()).isEqualTo(Duration.ofSeconds(60));
    assertThat(plain.timing().agentSilence()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void everyWrongValueIsReportedAtOnce() {
    Properties properties = new Properties();
    properties.setProperty("api.listen", "everywhere");
    properties.setProperty("database.url", "mysql://x");
    properties.setProperty("database.pool_size", "1");
    properties.setProperty("agent.silence", "5");
    properties.setProperty("retry.initial", "2m");
    properties.setProperty("retry.max", "1s");
    properties.setProperty("rabbitmq.tls", "yes");
    properties.setProperty("pairing.failure_domain", "never");
    properties.setProperty("datebase.user", "typo");
    properties.setProperty("sync.per_host", "0");
    properties.setProperty("fencing.command", "/dev/null");
    ConfigException fault =
        catchThrowableOfType(
            ConfigException.class,
            () -> ServiceConfigFile.read(ConfigReader.of("test", properties)));
    assertThat(fault.problems())
        .anyMatch(p -> p.startsWith("api.listen is 'everywhere': allowed is"))
        .anyMatch(p -> p.startsWith("database.url is 'mysql://x'"))
        .anyMatch(p -> p.startsWith("database.pool_size is '1'"))
        .anyMatch(p -> p.startsWith("agent.silence is '5'"))
        .anyMatch(p -> p.startsWith("retry.max is"))
        .anyMatch(p -> p.startsWith("rabbitmq.tls is 'yes': allowed is false, true"))
        .anyMatch(p -> p.startsWith("pairing.failure_domain is 'never'"))
        .anyMatch(p -> p.startsWith("datebase.user is not known"))
        .anyMatch(p -> p.startsWith("sync.per_host is '0'"))
        .anyMatch(p -> p.startsWith("fencing.command is '/dev/null': allowed is"))
        .anyMatch(p -> p.startsWith("tls.ca is missing"))
        .anyMatch(p -> p.startsWith("openstack.auth_url is missing"))
        .anyMatch(p -> p.startsWith("rabbitmq.password_file is missing"));
  }

  @Test
  void noSecretIsPrinted() throws IOException, ConfigException {
    assertThat(read(template()).toString()).doesNotContain("secret\n").doesNotContain("=secret");
  }
}
