package dev.hacolo.service.notification;

import dev.hacolo.service.config.RabbitConfig;
import dev.hacolo.service.config.TlsConfig;
import dev.hacolo.service.metrics.ServiceMetrics;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.Lane;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.rabbitmq.QueueOptions;
import io.vertx.rabbitmq.RabbitMQClient;
import io.vertx.rabbitmq.RabbitMQConsumer;
import io.vertx.rabbitmq.RabbitMQMessage;
import io.vertx.rabbitmq.RabbitMQOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes Nova's notifications from an own durable queue. A message is acknowledged after its
 * effect is committed. While the database is away the messages in hand are held and tried again
 * with back-off; the prefetch bounds their number, the broker keeps the rest. Any loss of the
 * connection leads to a new one with everything declared again; the broker then delivers again what
 * was not acknowledged.
 *
 * <p>All methods and callbacks run on one event loop; only the intake runs on a worker thread.
 */
public final class RabbitConsumer {
  private static final Logger log = LoggerFactory.getLogger(RabbitConsumer.class);
  private static final int PREFETCH = 32;
  private static final Duration WATCH = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

  /** Past these the oldest go: the comparison with Nova makes up for what is lost. */
  private static final JsonObject QUEUE_ARGUMENTS =
      new JsonObject()
          .put("x-max-length", 100_000)
          .put("x-max-length-bytes", 256 * 1024 * 1024)
          .put("x-overflow", "drop-head");

  private final Vertx vertx;
  private final RabbitConfig config;
  private final TlsConfig tls;
  private final String name;
  private final Lane lane;
  private final NotificationIntake intake;
  private final ServiceMetrics metrics;
  private final Duration retryInitial;
  private final Duration retryMax;

  private volatile @Nullable RabbitMQClient client;
  private Duration delay;
  private String lastFault = "";
  private volatile boolean connected;
  private volatile boolean closed;

  /**
   * Makes the consumer; {@link #start} starts it.
   *
   * @param lane one thread: messages are acted on in their order
   */
  public RabbitConsumer(
      Vertx vertx,
      RabbitConfig config,
      TlsConfig tls,
      String name,
      Lane lane,
      NotificationIntake intake,
      ServiceMetrics metrics,
      Duration retryInitial,
      Duration retryMax) {
    this.vertx = vertx;
    this.config = config;
    this.tls = tls;
    this.name = name;
    this.lane = lane;
    this.intake = intake;
    this.metrics = metrics;
    this.retryInitial = retryInitial;
    this.retryMax = shorter(retryMax, LONGEST_RETRY);
    delay = retryInitial;
  }

  /** Connects, and keeps doing so. */
  public void start() {
    vertx.getOrCreateContext().runOnContext(now -> connect());
  }

  /** Whether notifications arrive. */
  public boolean isConnected() {
    return connected;
  }

  private void connect() {
    if (closed) {
      return;
    }
    // The password is read from its file: on the worker thread.
    lane.run(this::options)
        .onSuccess(this::connect)
        .onFailure(fault -> lost(null, String.valueOf(fault.getMessage())));
  }

  private void connect(RabbitMQOptions options) {
    RabbitMQClient fresh = RabbitMQClient.create(vertx, options);
    client = fresh;
    fresh
        .start()
        .compose(ok -> declare(fresh))
        .compose(ok -> fresh.basicQos(PREFETCH))
        .compose(ok -> fresh.basicConsumer(config.queue(), consumption()))
        .onSuccess(consumer -> consume(fresh, consumer))
        .onFailure(fault -> lost(fresh, String.valueOf(fault.getMessage())));
  }

  private RabbitMQOptions options() {
    RabbitMQOptions options =
        new RabbitMQOptions()
            .setHost(config.host())
            .setPort(config.port())
            .setVirtualHost(config.virtualHost())
            .setUser(config.user())
            .setPassword(new String(config.password().get()))
            .setConnectionName(name)
            .setConnectionTimeout(5000)
            .setHandshakeTimeout(5000)
            .setRequestedHeartbeat(10)
            .setAutomaticRecoveryEnabled(false)
            .setReconnectAttempts(0);
    if (config.tls()) {
      options.setSsl(true).setTrustOptions(tls.trust()).setHostnameVerificationAlgorithm("HTTPS");
    }
    return options;
  }

  private static QueueOptions consumption() {
    return new QueueOptions().setAutoAck(false).setMaxInternalQueueSize(2 * PREFETCH);
  }

  /** Exactly as Nova declares the exchange, or the broker answers 406. */
  private Future<Void> declare(RabbitMQClient fresh) {
    return fresh
        .exchangeDeclare(config.exchange(), "topic", false, false)
        .compose(ok -> fresh.queueDeclare(config.queue(), true, false, false, QUEUE_ARGUMENTS))
        .compose(ok -> fresh.queueBind(config.queue(), config.exchange(), config.routingKey()));
  }

  private void consume(RabbitMQClient fresh, RabbitMQConsumer consumer) {
    connected = true;
    metrics.brokerUp(true);
    delay = retryInitial;
    lastFault = "";
    log.info(
        "consuming {} from {}:{}, bound to exchange {}",
        config.queue(),
        config.host(),
        config.port(),
        config.exchange());
    consumer.exceptionHandler(fault -> lost(fresh, String.valueOf(fault.getMessage())));
    consumer.endHandler(end -> lost(fresh, "the broker ended the consumption"));
    consumer.handler(message -> handle(fresh, message, retryInitial));
    watch(fresh);
  }

  private void watch(RabbitMQClient fresh) {
    vertx.setTimer(
        WATCH.toMillis(),
        now -> {
          if (client != fresh || closed) {
            return;
          }
          if (fresh.isConnected() && fresh.isOpenChannel()) {
            watch(fresh);
          } else {
            lost(fresh, "the connection is closed");
          }
        });
  }

  private void handle(RabbitMQClient fresh, RabbitMQMessage message, Duration wait) {
    byte[] body = message.body().getBytes();
    lane.run(() -> intake.handle(body))
        .onSuccess(outcome -> acknowledge(fresh, message))
        .onFailure(
            fault -> {
              if (!(fault instanceof DatabaseUnavailableException)) {
                log.error("a notification failed", fault);
              }
              again(fresh, message, wait);
            });
  }

  private void again(RabbitMQClient fresh, RabbitMQMessage message, Duration wait) {
    vertx.setTimer(
        wait.toMillis(),
        now -> {
          // After a loss of the connection the broker delivers the message again.
          if (client == fresh && !closed) {
            handle(fresh, message, shorter(wait.multipliedBy(2), retryMax));
          }
        });
  }

  private void acknowledge(RabbitMQClient fresh, RabbitMQMessage message) {
    if (client == fresh) {
      fresh
          .basicAck(message.envelope().getDeliveryTag(), false)
          .onFailure(fault -> lost(fresh, String.valueOf(fault.getMessage())));
    }
  }

  private void lost(@Nullable RabbitMQClient broken, String fault) {
    if (closed || (broken != null && client != broken)) {
      return;
    }
    client = null;
    connected = false;
    metrics.brokerUp(false);
    if (!fault.equals(lastFault)) {
      log.warn("broker {}:{} away: {}", config.host(), config.port(), fault);
    }
    lastFault = fault;
    if (broken != null) {
      broken.stop();
    }
    vertx.setTimer(delay.toMillis(), now -> connect());
    delay = shorter(delay.multipliedBy(2), retryMax);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Ends the consumption; unacknowledged messages stay with the broker. */
  public Future<Void> close() {
    closed = true;
    RabbitMQClient last = client;
    client = null;
    return last == null ? Future.succeededFuture() : last.stop();
  }
}
