package dev.hacolo.agent.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A QEMU's monitor with as much state as COLO by QMP touches: objects, chardevs, block nodes and
 * jobs, migration, run state. It refuses what QEMU refuses (an id twice, a missing one, a thing in
 * use), writes down every command that changes something, and can be told to refuse one.
 */
public final class FakeQemu implements AutoCloseable {
  private static final int VCPUS = 2;
  private static final JsonObject NOTHING = new JsonObject();

  private final FakeQemuMonitor monitor;
  private final List<String> log = new ArrayList<>();
  private final Map<String, JsonObject> objects = new LinkedHashMap<>();
  private final Map<String, String> chardevs = new LinkedHashMap<>();
  private final Set<String> nodes = new LinkedHashSet<>();
  private final Map<String, String> jobs = new LinkedHashMap<>();
  private final List<String> yanked = new ArrayList<>();
  private final List<Runnable> queued = new ArrayList<>();
  private boolean waitsForPeer;
  private Predicate<String> refused = line -> false;
  private Predicate<String> unanswered = line -> false;
  private String migration = "none";
  private String status = "running";
  private int polls;
  private int pollsToReady = 2;
  private boolean serving;
  private boolean checkpoints = true;
  private long thread = ProcessHandle.current().pid();

  /** Listens on a Unix socket. */
  public FakeQemu(Path socket) {
    chardevs.put("console", "ringbuf");
    chardevs.put("ha", "ringbuf");
    nodes.addAll(List.of("disk-vd0", "file-vd0", "disk-vd1", "file-vd1"));
    objects.put("mem0", new JsonObject());
    monitor = new FakeQemuMonitor(socket, new Loop());
  }

  /** The main loop carries commands out in their order, unless it waits for the other host. */
  private final class Loop implements FakeQemuMonitor.Script {
    @Override
    public void command(FakeQemuMonitor m, String name, long id, JsonObject arguments) {
      synchronized (FakeQemu.this) {
        if (waitsForPeer) {
          queued.add(() -> FakeQemu.this.command(name, id, arguments));
        } else {
          FakeQemu.this.command(name, id, arguments);
        }
      }
    }

    @Override
    public void urgent(FakeQemuMonitor m, String name, long id, JsonObject arguments) {
      synchronized (FakeQemu.this) {
        FakeQemu.this.command(name, id, arguments);
        if (waitsForPeer && yanked.stream().anyMatch(i -> i.contains("migration"))) {
          waitsForPeer = false;
          queued.forEach(Runnable::run);
          queued.clear();
        }
      }
    }
  }

  /** The monitor, for what a test does by hand. */
  public FakeQemuMonitor monitor() {
    return monitor;
  }

  private synchronized void command(String name, long id, JsonObject arguments) {
    boolean asks = name.startsWith("query-") || name.equals("qom-list");
    String line = asks ? name : describe(name, arguments);
    if (!asks) {
      log.add(line);
    }
    if (unanswered.test(line)) {
      return;
    }
    try {
      if (refused.test(line)) {
        throw new Refusal("refused by the test");
      }
      monitor.reply(id, asks ? answer(name) : change(name, arguments));
      after(name, arguments);
    } catch (Refusal e) {
      monitor.refuse(id, String.valueOf(e.getMessage()));
    }
  }

  private static String describe(String name, JsonObject arguments) {
    StringBuilder line = new StringBuilder(name);
    arguments.forEach(
        e -> {
          boolean nested = e.getValue() instanceof JsonObject || e.getValue() instanceof JsonArray;
          String value = String.valueOf(e.getValue());
          line.append(' ').append(e.getKey()).append('=');
          line.append(nested ? value.replaceAll("[\"{}]", "") : value);
        });
    return line.toString();
  }

  private Object answer(String name) {
    return switch (name) {
      case "query-status" ->
          new JsonObject().put("status", status).put("running", status.equals("running"));
      case "query-cpus-fast" ->
          list(
              IntStream.range(0, VCPUS)
                  .mapToObj(
                      i ->
                          new JsonObject()
                              .put("cpu-index", VCPUS - 1 - i)
                              .put("thread-id", thread)));
      case "query-migrate" -> queryMigrate();
      case "query-block" ->
          list(
              Stream.of(
                  block("/machine/peripheral/vd0/virtio-backend", "disk-vd0"),
                  block("/machine/peripheral/virtio-disk0/virtio-backend", "libvirt-1-format"),
                  new JsonObject().put("qdev", "/machine/unattached/device[20]")));
      case "query-yank" -> queryYank();
      case "query-chardev" ->
          list(
              chardevs.entrySet().stream()
                  .map(
                      e ->
                          new JsonObject().put("label", e.getKey()).put("filename", e.getValue())));
      case "query-named-block-nodes" -> {
        commitReplication();
        yield list(nodes.stream().map(n -> new JsonObject().put("node-name", n)));
      }
      case "query-block-jobs" -> queryJobs();
      case "qom-list" -> list(objects.keySet().stream().map(o -> new JsonObject().put("name", o)));
      default -> throw new Refusal("The command %s has not been found".formatted(name));
    };
  }

  private static JsonObject block(String device, String node) {
    return new JsonObject()
        .put("qdev", device)
        .put("inserted", new JsonObject().put("node-name", node));
  }

  private static JsonArray list(Stream<JsonObject> items) {
    JsonArray array = new JsonArray();
    items.forEach(array::add);
    return array;
  }

  private JsonObject queryMigrate() {
    if (migration.equals("none")) {
      return NOTHING;
    }
    JsonObject info = new JsonObject().put("status", migration);
    if (migration.equals("active")) {
      info.put("ram", new JsonObject().put("total", 1000L).put("remaining", 600L));
      if (++polls > pollsToReady) {
        status = "running";
        migration = "colo";
        monitor.event("STOP", NOTHING);
        monitor.event("MIGRATION", new JsonObject().put("status", "colo"));
        monitor.event("RESUME", NOTHING);
      }
    }
    return info;
  }

  private JsonArray queryYank() {
    JsonArray all =
        list(
            chardevs.keySet().stream()
                .map(c -> new JsonObject().put("type", "chardev").put("id", c)));
    nodes.stream()
        .filter(n -> n.contains("nbd"))
        .forEach(n -> all.add(new JsonObject().put("type", "block-node").put("node-name", n)));
    if (migration.equals("active") || migration.equals("colo")) {
      all.add(new JsonObject().put("type", "migration"));
    }
    return all;
  }

  private JsonArray queryJobs() {
    polls++;
    return list(
        jobs.keySet().stream()
            .map(
                j ->
                    new JsonObject()
                        .put("device", j)
                        .put("len", 1000L)
                        .put("offset", 250L * Math.min(4, polls))
                        .put("ready", polls > pollsToReady)));
  }

  /** The commit of the overlays goes on behind after a promotion. */
  private void commitReplication() {
    if (migration.equals("completed") && ++polls > pollsToReady) {
      nodes.removeIf(n -> n.startsWith("ha-active") || n.startsWith("ha-hidden"));
    }
  }

  private Object change(String name, JsonObject a) {
    switch (name) {
      case "object-add" -> add(objects, a.getString("id"), a);
      case "object-del" -> removeObject(a.getString("id"));
      case "chardev-add" -> add(chardevs, a.getString("id"), "connected");
      case "chardev-remove" -> removeChardev(a.getString("id"));
      case "blockdev-add" -> addNode(a);
      case "blockdev-del" -> removeNode(a.getString("node-name"));
      case "blockdev-mirror" -> {
        require(nodes.contains(a.getString("target")), "Cannot find device " + a);
        add(jobs, a.getString("job-id"), a.getString("target"));
        polls = 0;
      }
      case "block-job-cancel" ->
          require(jobs.remove(a.getString("device")) != null, "Block job not found");
      case "qom-set" -> setProperty(a);
      case "yank" ->
          a.getJsonArray("instances").forEach(i -> yanked.add(((JsonObject) i).encode()));
      case "migrate" -> migration = "active";
      case "migrate_cancel" -> migration = "cancelled";
      case "x-colo-lost-heartbeat" ->
          require(migration.equals("colo"), "COLO failover is not possible");
      case "nbd-server-start" -> {
        require(!serving, "NBD server already running");
        serving = true;
      }
      case "nbd-server-stop" -> {
        require(serving, "NBD server not running");
        serving = false;
      }
      case "cont" -> status = "running";
      case "migrate-set-capabilities" ->
          require(!migration.equals("colo"), "There's a migration process in progress");
      case "migrate-set-parameters", "migrate-incoming", "block-export-add", "announce-self" -> {
        // Only written down.
      }
      default -> throw new Refusal("The command %s has not been found".formatted(name));
    }
    return NOTHING;
  }

  private void after(String name, JsonObject a) {
    if (name.equals("migrate")) {
      polls = 0;
      monitor.event("MIGRATION", new JsonObject().put("status", "active"));
    } else if (name.equals("x-colo-lost-heartbeat")) {
      monitor.event("STOP", NOTHING);
      migration = "completed";
      status = "running";
      polls = 0;
      monitor.event("COLO_EXIT", new JsonObject().put("mode", "x").put("reason", "request"));
      monitor.event("RESUME", NOTHING);
    } else if (name.equals("migrate-set-parameters")
        && migration.equals("colo")
        && a.containsKey("x-checkpoint-delay")
        && checkpoints) {
      checkpoint();
    }
  }

  /** A checkpoint as QEMU shows it. */
  public synchronized void checkpoint() {
    monitor.event("STOP", NOTHING);
    monitor.event("RESUME", NOTHING);
  }

  private void setProperty(JsonObject a) {
    String path = a.getString("path");
    if (path.startsWith("/objects/")) {
      JsonObject object = objects.get(path.substring("/objects/".length()));
      require(object != null, "Device '%s' not found".formatted(path));
      if (object != null) {
        object.put(a.getString("property"), a.getValue("value"));
      }
    } else {
      require(nodes.contains(a.getString("value")), "Cannot find node " + a.getString("value"));
    }
  }

  private static <T> void add(Map<String, T> to, String id, T value) {
    require(
        to.putIfAbsent(id, value) == null, "attempt to add duplicate property '%s'".formatted(id));
  }

  private void addNode(JsonObject a) {
    for (@Nullable JsonObject node = a; node != null; node = child(node)) {
      String id = node.getString("node-name");
      require(id == null || nodes.add(id), "Duplicate nodes with node-name='%s'".formatted(id));
    }
  }

  private static @Nullable JsonObject child(JsonObject node) {
    Object file = node.getValue(node.containsKey("backing") ? "backing" : "file");
    return file instanceof JsonObject object ? object : null;
  }

  private void removeNode(String id) {
    require(nodes.contains(id), "Failed to find node with node-name='%s'".formatted(id));
    require(!jobs.containsValue(id), "Node %s is in use".formatted(id));
    nodes.remove(id);
  }

  private void removeObject(String id) {
    require(objects.containsKey(id), "object '%s' not found".formatted(id));
    require(!isUsed(id), "object '%s' is in use, can not be deleted".formatted(id));
    objects.remove(id);
  }

  private void removeChardev(String id) {
    require(chardevs.containsKey(id), "Chardev '%s' not found".formatted(id));
    require(!isUsed(id), "Chardev '%s' is busy".formatted(id));
    chardevs.remove(id);
  }

  private boolean isUsed(String id) {
    return objects.values().stream()
        .flatMap(
            o ->
                Stream.of("indev", "outdev", "primary_in", "secondary_in", "iothread")
                    .map(o::getString))
        .anyMatch(id::equals);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Refusal(otherwise);
    }
  }

  /** Writes down what somebody else did, between the commands. */
  public synchronized void note(String step) {
    log.add(step);
  }

  /** What changed something, in order. */
  public synchronized List<String> log() {
    return List.copyOf(log);
  }

  /** The same as a text, and begins anew. */
  public synchronized String takeLog() {
    String text = String.join("\n", log) + "\n";
    log.clear();
    return text;
  }

  /** Its copies are over at the first look. */
  public synchronized FakeQemu quick() {
    pollsToReady = 0;
    return this;
  }

  /** Refuses the commands that match from now on. */
  public synchronized void refuse(Predicate<String> which) {
    refused = which;
  }

  /** Leaves the commands that match from now on without an answer. */
  public synchronized void leaveUnanswered(Predicate<String> which) {
    unanswered = which;
  }

  /** Whether checkpoints complete when they are asked for. */
  public synchronized void completesCheckpoints(boolean value) {
    checkpoints = value;
  }

  /** A process that its vCPUs are threads of. */
  public synchronized FakeQemu process(ProcessHandle process) {
    thread = process.pid();
    return this;
  }

  /** Puts the VM into a state of the migration, as if it had got there by itself. */
  public synchronized void is(String migrationStatus, String runStatus) {
    migration = migrationStatus;
    status = runStatus;
  }

  /** Its secondary's stream has entered COLO. */
  public synchronized void entersColo() {
    migration = "colo";
    monitor.event("MIGRATION", new JsonObject().put("status", "colo"));
    monitor.event("RESUME", NOTHING);
  }

  /** Its main loop reads a checkpoint from a host that has fallen silent. */
  public synchronized void waitsForItsPeer() {
    waitsForPeer = true;
  }

  /** Its other half has gone in the midst of COLO. */
  public synchronized void losesItsPeer() {
    monitor.event("COLO_EXIT", new JsonObject().put("mode", "x").put("reason", "error"));
  }

  /** Says that a chardev's other end has gone. */
  public synchronized void disconnect(String chardev) {
    chardevs.put(chardev, "disconnected:tcp:192.0.2.2:1");
  }

  /** A disk copy that ends by itself. */
  public synchronized void loseJobs() {
    jobs.clear();
  }

  /** Adds something by hand. */
  public synchronized void has(String object, String chardev, String node) {
    objects.put(object, new JsonObject());
    chardevs.put(chardev, "connected");
    nodes.add(node);
  }

  /** Connections that were broken on purpose. */
  public synchronized String yanked() {
    return String.join(" ", yanked);
  }

  /** Everything with the prefix of ha-colo that is there. */
  public synchronized List<String> ours() {
    return Stream.of(objects.keySet(), chardevs.keySet(), nodes, jobs.keySet())
        .flatMap(Set::stream)
        .filter(id -> id.startsWith("ha-"))
        .toList();
  }

  /** Everything else. */
  public synchronized List<String> others() {
    return Stream.of(objects.keySet(), chardevs.keySet(), nodes, jobs.keySet())
        .flatMap(Set::stream)
        .filter(id -> !id.startsWith("ha-"))
        .toList();
  }

  /** One property of an object. */
  public synchronized @Nullable Object property(String object, String property) {
    JsonObject found = objects.get(object);
    return found == null ? null : found.getValue(property);
  }

  /** The migration's state. */
  public synchronized String migration() {
    return migration;
  }

  /** Ends it as a kill does. */
  public void die() {
    monitor.die();
  }

  @Override
  public void close() {
    monitor.close();
  }

  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
      super(message);
    }
  }
}
