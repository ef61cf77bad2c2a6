package dev.hacolo.bed.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.GuestDescription;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.rabbitmq.RabbitMQClient;
import io.vertx.rabbitmq.RabbitMQOptions;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Publishes notifications as Nova does. Stands in for Nova's side of the message bus; bodies are
 * ones that a real Nova (Debian 12) has sent, with this guest put in. The connection is made by the
 * thread that constructs it, so construct it where the broker can be reached.
 */
public final class NovaNotifications implements AutoCloseable {
  /** Nova's exchange: topic, neither durable nor automatically deleted. */
  public static final String EXCHANGE = "nova";

  private static final String ROUTING_KEY = "versioned_notifications.info";
  private static final long DEADLINE_S = 20;

  private final Vertx vertx = Vertx.vertx();
  private final RabbitMQClient client;

  /** Connects. */
  public NovaNotifications(RabbitBroker broker) {
    RabbitMQOptions options =
        new RabbitMQOptions()
            .setHost(broker.host())
            .setPort(broker.port())
            .setUser(broker.user())
            .setPassword(broker.password());
    this.client = RabbitMQClient.create(vertx, options);
    try {
      await(client.start().compose(v -> client.exchangeDeclare(EXCHANGE, "topic", false, false)));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Messages that wait in a queue; those that were delivered and not acknowledged do not count. */
  public long waitingIn(String queue) {
    return get(client.messageCount(queue));
  }

  /** Publishes a body, whatever it is. */
  public void publish(String body) {
    await(client.basicPublish(EXCHANGE, ROUTING_KEY, Buffer.buffer(body)));
  }

  /**
   * A captured {@code instance.create.end} in which instance, host and flavor are exchanged.
   *
   * @param guest the instance
   * @param host its service host
   * @param protectedFlavor whether the flavor has {@code ha_colo:enabled=true}
   */
  public static String created(GuestDescription guest, String host, boolean protectedFlavor) {
    try (InputStream captured =
        NovaNotifications.class.getResourceAsStream("instance.create.end.json")) {
      ObjectNode body = (ObjectNode) ApiJson.mapper().readTree(captured);
      ObjectNode message =
          (ObjectNode) ApiJson.mapper().readTree(body.required("oslo.message").asText());
      message.put("message_id", UUID.randomUUID().toString());
      message.put("publisher_id", "nova-compute:" + host);
      ObjectNode instance = data(message.required("payload"));
      instance.put("uuid", guest.uuid().toString());
      instance.put("display_name", guest.name());
      instance.put("host_name", guest.name());
      instance.put("host", host);
      instance.put("node", host);
      ObjectNode flavor = data(instance.required("flavor"));
      flavor.put("memory_mb", guest.memoryKib() / 1024);
      flavor.put("vcpus", guest.vcpus());
      ObjectNode specs = flavor.putObject("extra_specs");
      if (protectedFlavor) {
        specs.put("ha_colo:enabled", "true");
      }
      body.put("oslo.message", ApiJson.mapper().writeValueAsString(message));
      return ApiJson.mapper().writeValueAsString(body);
    } catch (IOException e) {
      throw new BedException("the captured notification cannot be read", e);
    }
  }

  /** Closes the connection. */
  @Override
  public void close() {
    try {
      await(client.stop());
    } finally {
      await(vertx.close());
    }
  }

  private static ObjectNode data(JsonNode object) {
    return (ObjectNode) object.required("nova_object.data");
  }

  private static void await(Future<Void> future) {
    var unused = get(future);
  }

  @SuppressWarnings("NullAway") // Void has no other value.
  private static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(DEADLINE_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new BedException("RabbitMQ: " + e.getMessage(), e);
    } catch (TimeoutException e) {
      throw new BedException("RabbitMQ did not answer within %d s".formatted(DEADLINE_S), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while RabbitMQ was asked", e);
    }
  }
}
