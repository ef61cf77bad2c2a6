package dev.hacolo.agent;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.common.config.ConfigException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the agent: {@code --config FILE}. QEMU processes outlive it. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final int CONFIG_ERROR = 2;
  private static final int START_ERROR = 1;
  private static final long STOP_DEADLINE_SECONDS = 5;

  private Main() {}

  /** Runs until the process is told to end. */
  public static void main(String[] args) {
    if (args.length != 2 || !args[0].equals("--config")) {
      exit(CONFIG_ERROR, "usage: compute-agent --config FILE");
    }
    try {
      start(AgentConfig.read(Path.of(args[1])));
    } catch (ConfigException e) {
      exit(CONFIG_ERROR, String.valueOf(e.getMessage()));
    }
  }

  private static void start(AgentConfig config) {
    VertxOptions options = new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(4);
    // No files are served: without this Vert.x makes a cache directory that a kill leaves behind.
    options.getFileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
    Vertx vertx = Vertx.vertx(options);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(vertx), "stop"));
    vertx
        .deployVerticle(new Agent(config))
        .onSuccess(id -> LOG.info("compute-agent of {} is ready", config.host().name()))
        .onFailure(e -> exit(START_ERROR, "the agent cannot start: " + e.getMessage()));
  }

  private static void stop(Vertx vertx) {
    try {
      vertx.close().await(STOP_DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.warn("the agent did not stop within {} s", STOP_DEADLINE_SECONDS);
    }
  }

  @SuppressWarnings("SystemOut") // A person or an init system reads this.
  private static void exit(int status, String message) {
    System.err.println(message);
    // halt: the shutdown hook would wait for the event loop that calls this.
    Runtime.getRuntime().halt(status);
  }
}
