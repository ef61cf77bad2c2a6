package dev.hacolo.agent.libvirt;

import dev.hacolo.agent.testing.FakeQemu;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.w3c.dom.Element;

/**
 * A libvirtd whose domains are {@link FakeQemu}s: it refuses what libvirtd refuses (a domain that
 * runs already, or does not), and writes down what it is told to change.
 */
final class FakeLibvirt implements Libvirt, AutoCloseable {
  private static final Pattern MONITOR = Pattern.compile("id=hacolo-qmp,path=([^,]+),");

  private final Path directory;
  private final Map<UUID, Running> domains = new ConcurrentHashMap<>();
  private final Map<UUID, List<Listener>> listeners = new ConcurrentHashMap<>();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private volatile boolean away;
  private int started;

  private record Running(int id, String xml, boolean running, FakeQemu qemu, FakeMonitor monitor) {}

  /** Processes in the place of QEMU's. */
  private final List<Process> processes = new CopyOnWriteArrayList<>();

  FakeLibvirt(Path directory) {
    this.directory = directory;
  }

  /** Somebody else starts a domain. */
  synchronized FakeQemu start(UUID instance, String xml, boolean running) {
    Path socket = directory.resolve("libvirt-%d".formatted(++started));
    FakeQemu qemu = new FakeQemu(socket).process(process());
    FakeMonitor monitor =
        new FakeMonitor(
            socket,
            (name, data) -> told(instance, l -> l.event(name, 1, data.encode())),
            () -> end(instance));
    domains.put(instance, new Running(started, xml, running, qemu, monitor));
    return qemu;
  }

  private ProcessHandle process() {
    try {
      Process process = new ProcessBuilder("sleep", "120").start();
      processes.add(process);
      return process.toHandle();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void told(UUID instance, java.util.function.Consumer<Listener> what) {
    listeners.getOrDefault(instance, List.of()).forEach(what);
  }

  private void end(UUID instance) {
    if (domains.remove(instance) != null) {
      told(instance, Listener::stopped);
    }
  }

  /** It does not answer from now on, or does so again; QEMUs run on. */
  void away(boolean value) {
    away = value;
  }

  /** What it was told to change. */
  List<String> log() {
    return List.copyOf(log);
  }

  private Running running(UUID instance) {
    check();
    Running found = domains.get(instance);
    if (found == null) {
      throw new LibvirtException("Domain not found", true);
    }
    return found;
  }

  private void check() {
    if (away) {
      throw new LibvirtException("Cannot recv data: Connection reset by peer", false);
    }
  }

  @Override
  public List<Domain> active() {
    check();
    List<Domain> all = new ArrayList<>();
    domains.forEach((uuid, d) -> all.add(new Domain(uuid, d.id(), d.running())));
    return all;
  }

  @Override
  public Optional<Domain> active(UUID instance) {
    return active().stream().filter(d -> d.uuid().equals(instance)).findFirst();
  }

  @Override
  public String xml(UUID instance) {
    return running(instance).xml();
  }

  @Override
  public long capacity(UUID instance, String target) {
    running(instance);
    return 1 << 20;
  }

  @Override
  public String monitor(UUID instance, String command) {
    return running(instance).monitor().command(new JsonObject(command));
  }

  /** The new QEMU's monitor is the agent's. */
  @Override
  public synchronized void createPaused(String xml) {
    check();
    Element domain = DomainXml.parse(xml);
    UUID instance = UUID.fromString(DomainXml.content(domain, "uuid"));
    if (domains.containsKey(instance)) {
      throw new LibvirtException("domain is already active", false);
    }
    Matcher path = MONITOR.matcher(xml);
    if (!path.find()) {
      throw new IllegalArgumentException("the domain has no monitor for the agent");
    }
    for (SecondaryDomain.Image image : SecondaryDomain.images(xml)) {
      if (!Files.exists(image.file())) {
        throw new LibvirtException("Cannot access storage file " + image.file(), false);
      }
    }
    FakeQemu qemu = new FakeQemu(Path.of(path.group(1))).quick();
    domains.put(instance, new Running(++started, xml, false, qemu, FakeMonitor.NONE));
    log.add("create " + instance);
  }

  @Override
  public void define(String xml) {
    check();
    log.add("define " + DomainXml.content(DomainXml.parse(xml), "uuid"));
  }

  @Override
  public void destroy(UUID instance) {
    check();
    Running found = domains.get(instance);
    if (found != null) {
      end(instance);
      found.monitor().close();
      found.qemu().close();
      log.add("destroy " + instance);
    }
  }

  @Override
  public void undefine(UUID instance) {
    check();
    log.add("undefine " + instance);
  }

  @Override
  public Runnable listen(UUID instance, Listener listener) {
    List<Listener> all = listeners.computeIfAbsent(instance, u -> new CopyOnWriteArrayList<>());
    all.add(listener);
    return () -> all.remove(listener);
  }

  /** Whether anybody still listens to a domain. */
  boolean isListenedTo(UUID instance) {
    return !listeners.getOrDefault(instance, List.of()).isEmpty();
  }

  @Override
  public void close() {
    away = false;
    List.copyOf(domains.keySet()).forEach(this::destroy);
    processes.forEach(Process::destroyForcibly);
  }
}
