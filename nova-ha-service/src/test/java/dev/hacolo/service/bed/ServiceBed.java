package dev.hacolo.service.bed;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.config.HostPort;
import dev.hacolo.service.NovaHaService;
import dev.hacolo.service.cloud.CloudServer;
import dev.hacolo.service.config.DatabaseConfig;
import dev.hacolo.service.config.FencingConfig;
import dev.hacolo.service.config.OpenStackConfig;
import dev.hacolo.service.config.RabbitConfig;
import dev.hacolo.service.config.SecretFile;
import dev.hacolo.service.config.ServiceConfig;
import dev.hacolo.service.config.TimingConfig;
import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The service with a real PostgreSQL, fake agents over real HTTPS, and a fake cloud. */
public final class ServiceBed implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** In so many synchronisations a host takes part at a time. */
  public static final int SYNCS_PER_HOST = 2;

  private static final Duration FENCE_TIMEOUT = Duration.ofSeconds(2);
  private static final JsonMapper MAPPER = ApiJson.mapper();

  private final Vertx vertx = Vertx.vertx();
  private final TestCa ca;
  private final Path directory;
  private final String database = "t" + UUID.randomUUID().toString().replace("-", "");
  private final ConcurrentHashMap<String, FakeAgent> agents = new ConcurrentHashMap<>();
  private final FakeCloud cloud = new FakeCloud();
  private final CutProxy wire;
  private final CutProxy secondWire;
  private final List<NovaHaService> replicas = new ArrayList<>();
  private final Path fence;
  private NovaHaService service;
  private ServiceClient operator;

  /** Starts a service on a database of its own. */
  public ServiceBed(TestCa ca, Path directory, EmbeddedPostgres postgres) throws Exception {
    this.ca = ca;
    this.directory = directory;
    wire = new CutProxy(vertx, postgres.getPort());
    secondWire = new CutProxy(vertx, postgres.getPort());
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + database);
    }
    Files.writeString(directory.resolve("password"), "not-used\n");
    fence = directory.resolve("fence-" + database);
    fencing("exit 0");
    service = new NovaHaService(config(wire), cloud);
    service.start();
    awaitDatabase();
    operator = new ServiceClient(vertx, ca.identity("operator", "olivia"), service.apiPort());
  }

  private void awaitDatabase() {
    await("the database")
        .atMost(Duration.ofSeconds(60))
        .until(() -> management("/metrics").contains("hacolo_database_up 1.0"));
  }

  private ServiceConfig config(CutProxy wire) throws Exception {
    SecretFile password = new SecretFile(directory.resolve("password"));
    return new ServiceConfig(
        "test",
        new HostPort("127.0.0.1", 0),
        new HostPort("127.0.0.1", 0),
        ca.identity("service", "nova-ha-service"),
        new DatabaseConfig(
            "jdbc:postgresql://127.0.0.1:%d/%s".formatted(wire.port(), database),
            "postgres",
            Optional.empty(),
            8),
        // Port 1: nothing listens there, so the consumer's retries run along with every test.
        new RabbitConfig("127.0.0.1", 1, "/", "u", password, "nova", "q", "#", false),
        new OpenStackConfig(
            "http://127.0.0.1:1/v3", "u", password, "p", "d", "d", "r", Optional.empty()),
        new TimingConfig(
            Duration.ofSeconds(60),
            Duration.ofSeconds(2),
            // Twenty heartbeats: a busy machine is no dead host.
            Duration.ofSeconds(2),
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofDays(1)),
        false,
        SYNCS_PER_HOST,
        Optional.of(new FencingConfig(fence, FENCE_TIMEOUT)));
  }

  /** What the fencing command does from now on: a shell script. */
  public void fencing(String script) throws IOException {
    Files.writeString(fence, "#!/bin/sh\n" + script + "\n");
    if (!fence.toFile().setExecutable(true)) {
      throw new IOException(fence + " cannot be made executable");
    }
  }

  /** Kills the service as it is, and starts another on the same database. */
  public void restartService() throws Exception {
    operator.close();
    service.close();
    service = new NovaHaService(config(wire), cloud);
    service.start();
    awaitDatabase();
    operator = new ServiceClient(vertx, ca.identity("operator", "olivia"), service.apiPort());
    agents.values().forEach(agent -> agent.moveTo(service.apiPort()));
  }

  /** One more replica on the same database, to which it has a wire of its own. */
  public NovaHaService secondReplica() throws Exception {
    NovaHaService second = new NovaHaService(config(secondWire), cloud);
    replicas.add(second);
    second.start();
    return second;
  }

  /** An agent that reports; Nova knows its host. */
  public FakeAgent agent(String host) throws Exception {
    cloud.compute(host, true);
    service.intake().handle(notification("service.update"));
    FakeAgent agent = new FakeAgent(vertx, ca.identity("agent", host), host, agents);
    agent.start(service.apiPort());
    return agent;
  }

  /** A body as Nova sent it, with protection in the flavor. */
  public static byte[] notification(String name) throws IOException {
    try (InputStream in =
        ServiceBed.class.getResourceAsStream("/notifications/" + name + ".json")) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  /** A captured instance notification for another instance, with another message id. */
  public static byte[] notification(String name, UUID instance, String messageId)
      throws IOException {
    return notification(name, instance, messageId, "node-a");
  }

  /** The same of an instance that runs on some host. */
  public static byte[] notification(String name, UUID instance, String messageId, String host)
      throws IOException {
    ObjectNode envelope = (ObjectNode) MAPPER.readTree(notification(name));
    ObjectNode message = (ObjectNode) MAPPER.readTree(envelope.path("oslo.message").asText());
    message.put("message_id", messageId);
    ((ObjectNode) message.path("payload").path("nova_object.data"))
        .put("uuid", instance.toString())
        .put("host", host)
        .put("node", host);
    envelope.put("oslo.message", MAPPER.writeValueAsString(message));
    return MAPPER.writeValueAsBytes(envelope);
  }

  /** The captured notification of a new server, with other vCPUs and extra specs in its flavor. */
  public static byte[] notificationOf(int vcpus, Map<String, String> specs) throws IOException {
    ObjectNode envelope = (ObjectNode) MAPPER.readTree(notification("instance.create.end"));
    ObjectNode message = (ObjectNode) MAPPER.readTree(envelope.path("oslo.message").asText());
    ObjectNode flavor = (ObjectNode) message.findValue("flavor").path("nova_object.data");
    flavor.put("vcpus", vcpus);
    flavor.set("extra_specs", MAPPER.valueToTree(specs));
    envelope.put("oslo.message", MAPPER.writeValueAsString(message));
    return MAPPER.writeValueAsBytes(envelope);
  }

  /** A server that Nova knows and whose guest runs on a host. */
  public CloudServer server(UUID uuid, FakeAgent on, String host, Map<String, String> specs) {
    return server(uuid, on, host, specs, 1);
  }

  /** The same with some number of vCPUs; {@link #notificationOf} tells of it. */
  public CloudServer server(
      UUID uuid, FakeAgent on, String host, Map<String, String> specs, int vcpus) {
    CloudServer server =
        new CloudServer(
            uuid,
            "fo3",
            "c305a25b7d21432dbf8dc066662fa3d4",
            "a6a3ed6966474721a3d000f9cbc20b39",
            Optional.of(host),
            "active",
            vcpus,
            256,
            0,
            specs);
    cloud.put(server);
    on.addGuest(guest(uuid, vcpus));
    return server;
  }

  /** A small guest. */
  public static GuestDescription guest(UUID uuid) {
    return guest(uuid, 1);
  }

  private static GuestDescription guest(UUID uuid, int vcpus) {
    return new GuestDescription(
        uuid,
        "fo3",
        "pc-i440fx-7.2",
        "tcg",
        "qemu64",
        vcpus,
        256 * 1024,
        null,
        List.of(
            new GuestDescription.Nic(
                "net0", "virtio-net-pci", "52:54:00:77:00:5a", "04", "tap0", "br0")),
        List.of(new GuestDescription.Disk("disk0", "05", "qcow2", 1 << 30)));
  }

  /** Hands a body in as the broker's consumer does. */
  public void notify(byte[] body) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              service.intake().handle(body);
              return true;
            });
  }

  /** The pairs of the API. */
  public List<JsonNode> pairs() throws Exception {
    List<JsonNode> pairs = new ArrayList<>();
    get("/v1/pairs").path("pairs").forEach(pairs::add);
    return pairs;
  }

  /** Waits until the latest pair of an instance is as wanted. */
  public JsonNode awaitPair(UUID instance, String what, Predicate<JsonNode> wanted) {
    return await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(
            () ->
                pairs().stream()
                    .filter(p -> p.path("instance_uuid").asText().equals(instance.toString()))
                    .reduce((first, last) -> last)
                    .orElse(MAPPER.nullNode()),
            wanted);
  }

  /** Waits for a state. */
  public JsonNode awaitState(UUID instance, String state) {
    return awaitPair(instance, state, pair -> pair.path("state").asText().equals(state));
  }

  /** A document of the API. */
  public JsonNode get(String path) throws Exception {
    ServiceClient.Answer answer = operator.call("GET", path, "");
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.status() + " " + answer.body());
    }
    return MAPPER.readTree(answer.body());
  }

  /** Events of a pair's history. */
  public List<String> events(UUID pairId) throws Exception {
    List<String> events = new ArrayList<>();
    get("/v1/pairs/" + pairId + "/history")
        .path("history")
        .forEach(row -> events.add(row.path("event").asText()));
    return events;
  }

  /** A document of the management port. */
  public String management(String path) throws IOException {
    return management(service, path);
  }

  /** The same of another replica. */
  public static String management(NovaHaService replica, String path) throws IOException {
    try (InputStream in =
        URI.create("http://127.0.0.1:" + replica.managementPort() + path).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The operator's client. */
  public ServiceClient operator() {
    return operator;
  }

  /** A client of any identity. */
  public ServiceClient client(String role, String name) throws Exception {
    return new ServiceClient(vertx, ca.identity(role, name), service.apiPort());
  }

  /** A client of an operator at some replica. */
  public ServiceClient operatorAt(NovaHaService replica) throws Exception {
    return new ServiceClient(vertx, ca.identity("operator", "olivia"), replica.apiPort());
  }

  /** The wire to the database. */
  public CutProxy wire() {
    return wire;
  }

  /** The cloud. */
  public FakeCloud cloud() {
    return cloud;
  }

  /** The service. */
  public NovaHaService service() {
    return service;
  }

  @Override
  public void close() {
    agents.values().forEach(FakeAgent::close);
    operator.close();
    service.close();
    replicas.forEach(NovaHaService::close);
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
  }
}
