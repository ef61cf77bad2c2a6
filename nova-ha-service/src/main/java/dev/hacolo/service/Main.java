package dev.hacolo.service;

import dev.hacolo.common.config.ConfigException;
import dev.hacolo.service.cloud.Cloud;
import dev.hacolo.service.config.OpenStackConfig;
import dev.hacolo.service.config.ServiceConfig;
import dev.hacolo.service.config.ServiceConfigFile;
import dev.hacolo.service.openstack.OpenStackAccess;
import dev.hacolo.service.openstack.OpenStackCloud;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code java ... dev.hacolo.service.Main --config FILE}. Exit status 2: wrong arguments or
 * configuration; 1: it could not be started; SIGTERM and SIGINT stop it in order.
 */
public final class Main {
  private static final Logger log = LoggerFactory.getLogger(Main.class);

  /** Longest call to OpenStack, its retries included. */
  private static final Duration CLOUD_DEADLINE = Duration.ofSeconds(30);

  private Main() {}

  /** Starts the service and waits for a signal. */
  public static void main(String[] args) throws InterruptedException {
    int status = run(args, System.err);
    if (status != 0) {
      System.exit(status);
    }
    new CountDownLatch(1).await();
  }

  /** Starts the service; returns 0 when it runs, until the process is told to stop. */
  static int run(String[] args, PrintStream err) {
    if (args.length != 2 || !args[0].equals("--config")) {
      err.println("usage: java ... dev.hacolo.service.Main --config FILE");
      return 2;
    }
    try {
      ServiceConfig config = ServiceConfigFile.read(Path.of(args[1]));
      start(new NovaHaService(config, cloud(config.openstack())));
      return 0;
    } catch (ConfigException | IllegalArgumentException e) {
      err.println(e.getMessage());
      return 2;
    } catch (NovaHaService.StartException e) {
      err.println(e.getMessage());
      return 1;
    }
  }

  private static Cloud cloud(OpenStackConfig config) {
    return new OpenStackCloud(
        new OpenStackAccess(
            config.authUrl(),
            config.user(),
            config.password(),
            config.project(),
            config.userDomain(),
            config.projectDomain(),
            config.region(),
            config.ca(),
            CLOUD_DEADLINE));
  }

  private static void start(NovaHaService service) throws NovaHaService.StartException {
    try {
      service.start();
    } catch (NovaHaService.StartException e) {
      service.close();
      throw e;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  log.info("stopping");
                  service.close();
                },
                "shutdown"));
  }
}
