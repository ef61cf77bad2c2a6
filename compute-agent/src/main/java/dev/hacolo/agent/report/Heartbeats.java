package dev.hacolo.agent.report;

import dev.hacolo.common.api.HostReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the host's report every second and at once when something changed; never two at a time.
 * Event-loop confined. While the service is away the next beat simply tries again.
 */
final class Heartbeats {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
  private static final long INTERVAL_MILLIS = 1_000;

  private final Vertx vertx;
  private final String service;
  private final Function<HostReport, Future<Void>> send;
  private final LongFunction<Future<HostReport>> source;
  private long sequence;
  private boolean sending;
  private boolean again;
  private boolean reachable = true;

  /**
   * Sends nothing yet.
   *
   * @param service who is told, for the log
   * @param send brings a report to the service; completes within a few seconds
   * @param source makes the report with a given sequence number
   */
  Heartbeats(
      Vertx vertx,
      String service,
      Function<HostReport, Future<Void>> send,
      LongFunction<Future<HostReport>> source) {
    this.vertx = vertx;
    this.service = service;
    this.send = send;
    this.source = source;
  }

  /** Sends the first one and goes on until the Vert.x instance ends. */
  void start() {
    vertx.setPeriodic(INTERVAL_MILLIS, t -> beat());
    beat();
  }

  /** Something changed that the service should know now. */
  void changed() {
    if (sending) {
      again = true;
    } else {
      beat();
    }
  }

  private void beat() {
    if (sending) {
      return;
    }
    sending = true;
    again = false;
    Future.succeededFuture(sequence++)
        .compose(source::apply)
        .compose(send)
        .onComplete(
            sent -> {
              sending = false;
              note(sent.succeeded() ? null : sent.cause());
              if (again) {
                beat();
              }
            });
  }

  private void note(@Nullable Throwable fault) {
    if (fault == null && !reachable) {
      LOG.info("{} is reached again", service);
    } else if (fault != null && reachable) {
      LOG.warn("{} cannot be told of this host: {}", service, fault.getMessage());
    }
    reachable = fault == null;
  }
}
