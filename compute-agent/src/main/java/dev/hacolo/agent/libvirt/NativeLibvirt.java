package dev.hacolo.agent.libvirt;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.hacolo.agent.domain.StepException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt's own library. One connection for all; libvirt carries out several calls on it at a time.
 * Its event loop has a thread for as long as the process lasts: libvirt has one loop for a process.
 */
final class NativeLibvirt implements Libvirt {
  private static final Logger LOG = LoggerFactory.getLogger(NativeLibvirt.class);

  /** VIR_UUID_STRING_BUFLEN. */
  private static final int UUID_BYTES = 37;

  /** Three numbers of 8 bytes: capacity, allocation, physical. */
  private static final int BLOCK_INFO_BYTES = 24;

  private static final int KEEP_ALIVE_SECONDS = 5;
  private static final int KEEP_ALIVE_COUNT = 3;
  private static final long MICROS = 1_000_000;

  private final String uri;
  private final LibvirtLibrary.Main main;
  private final LibvirtLibrary.Qemu qemu;
  private final Map<UUID, List<Listener>> listeners = new ConcurrentHashMap<>();

  // libvirt keeps their addresses: they must stay reachable.
  private final LibvirtLibrary.ErrorHandler onError = (data, error) -> {};
  private final LibvirtLibrary.LifecycleHandler onLifecycle =
      (connection, domain, event, detail, data) -> lifecycle(domain, event);
  private final LibvirtLibrary.MonitorHandler onMonitor =
      (connection, domain, event, seconds, micros, details, data) ->
          told(domain, l -> l.event(event, seconds * MICROS + micros, details));

  private @Nullable Pointer connection;

  private NativeLibvirt(String uri, LibvirtLibrary.Main main, LibvirtLibrary.Qemu qemu) {
    this.uri = uri;
    this.main = main;
    this.qemu = qemu;
  }

  /**
   * Loads the library; connects at the first call.
   *
   * @param uri for example {@code qemu:///system}
   * @throws StepException if the library is not there
   */
  static NativeLibvirt load(String uri) {
    NativeLibvirt made;
    try {
      made = new NativeLibvirt(uri, LibvirtLibrary.loadMain(), LibvirtLibrary.loadQemu());
    } catch (UnsatisfiedLinkError e) {
      throw new StepException(
          "libvirt.so.0 or libvirt-qemu.so.0 cannot be loaded: install libvirt0, or set guests.driver=direct");
    }
    made.begin();
    return made;
  }

  private void begin() {
    main.virSetErrorFunc(null, onError);
    if (main.virInitialize() < 0 || main.virEventRegisterDefaultImpl() < 0) {
      throw failure("libvirt cannot be initialised");
    }
    Thread loop = new Thread(this::runEvents, "libvirt-events");
    loop.setDaemon(true);
    loop.start();
  }

  private void runEvents() {
    while (main.virEventRunDefaultImpl() >= 0) {
      // It waits inside for the next event.
    }
    LOG.error("libvirt's event loop has ended: {}", main.virGetLastErrorMessage());
  }

  /** Must be called with the thread's last call to libvirt having failed. */
  private LibvirtException failure(String what) {
    int code = main.virGetLastErrorCode();
    boolean noDomain =
        code == LibvirtLibrary.ERROR_NO_DOMAIN || code == LibvirtLibrary.ERROR_OPERATION_INVALID;
    return new LibvirtException(
        "%s: libvirt says: %s".formatted(what, main.virGetLastErrorMessage()), noDomain);
  }

  private synchronized Pointer connection() {
    Pointer open = connection;
    if (open != null && main.virConnectIsAlive(open) == 1) {
      return open;
    }
    if (open != null) {
      LOG.warn("the connection to {} is lost", uri);
      // Calls that still use it fail; libvirt frees it with the last of them.
      main.virConnectClose(open);
      connection = null;
    }
    Pointer fresh = main.virConnectOpen(uri);
    if (fresh == null) {
      throw failure("no connection to " + uri);
    }
    main.virConnectSetKeepAlive(fresh, KEEP_ALIVE_SECONDS, KEEP_ALIVE_COUNT);
    if (main.virConnectDomainEventRegisterAny(
                fresh, null, LibvirtLibrary.EVENT_LIFECYCLE, onLifecycle, null, null)
            < 0
        || qemu.virConnectDomainQemuMonitorEventRegister(
                fresh, null, null, onMonitor, null, null, 0)
            < 0) {
      LibvirtException problem = failure("no events from " + uri);
      main.virConnectClose(fresh);
      throw problem;
    }
    connection = fresh;
    return fresh;
  }

  private int lifecycle(Pointer domain, int event) {
    if (event == LibvirtLibrary.LIFECYCLE_STOPPED) {
      told(domain, Listener::stopped);
    }
    return 0;
  }

  private void told(Pointer domain, java.util.function.Consumer<Listener> what) {
    try {
      listeners.getOrDefault(uuid(domain), List.of()).forEach(what);
    } catch (RuntimeException e) {
      LOG.error("an event of libvirt is lost", e);
    }
  }

  private UUID uuid(Pointer domain) {
    byte[] text = new byte[UUID_BYTES];
    if (main.virDomainGetUUIDString(domain, text) < 0) {
      throw failure("the UUID of a domain");
    }
    return UUID.fromString(new String(text, 0, UUID_BYTES - 1, StandardCharsets.US_ASCII));
  }

  /** Runs an action with a domain, which is freed afterwards. */
  private <T> T with(UUID instance, Function<Pointer, T> action) {
    Pointer domain = main.virDomainLookupByUUIDString(connection(), instance.toString());
    if (domain == null) {
      throw failure(instance.toString());
    }
    try {
      return action.apply(domain);
    } finally {
      main.virDomainFree(domain);
    }
  }

  private void check(int result, String what) {
    if (result < 0) {
      throw failure(what);
    }
  }

  private static String taken(Pointer text) {
    try {
      return text.getString(0, StandardCharsets.UTF_8.name());
    } finally {
      Native.free(Pointer.nativeValue(text));
    }
  }

  @Override
  public List<Domain> active() {
    PointerByReference array = new PointerByReference();
    int count = main.virConnectListAllDomains(connection(), array, LibvirtLibrary.LIST_ACTIVE);
    check(count, "the list of domains");
    List<Domain> found = new ArrayList<>();
    for (Pointer domain : array.getValue().getPointerArray(0, count)) {
      describe(domain).ifPresent(found::add);
      main.virDomainFree(domain);
    }
    Native.free(Pointer.nativeValue(array.getValue()));
    return List.copyOf(found);
  }

  /** Empty if it has ended meanwhile. */
  private Optional<Domain> describe(Pointer domain) {
    IntByReference state = new IntByReference();
    if (main.virDomainIsActive(domain) != 1
        || main.virDomainGetState(domain, state, new IntByReference(), 0) < 0) {
      return Optional.empty();
    }
    boolean running = state.getValue() == LibvirtLibrary.STATE_RUNNING;
    return Optional.of(new Domain(uuid(domain), main.virDomainGetID(domain), running));
  }

  @Override
  public Optional<Domain> active(UUID instance) {
    try {
      return with(instance, this::describe);
    } catch (LibvirtException e) {
      if (e.isNoDomain()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public String xml(UUID instance) {
    return with(
        instance,
        domain -> {
          Pointer text = main.virDomainGetXMLDesc(domain, LibvirtLibrary.XML_LIVE);
          if (text == null) {
            throw failure("the XML of " + instance);
          }
          return taken(text);
        });
  }

  @Override
  public long capacity(UUID instance, String target) {
    return with(
        instance,
        domain -> {
          try (Memory info = new Memory(BLOCK_INFO_BYTES)) {
            check(
                main.virDomainGetBlockInfo(domain, target, info, 0),
                "the size of %s of %s".formatted(target, instance));
            return info.getLong(0);
          }
        });
  }

  @Override
  public String monitor(UUID instance, String command) {
    return with(
        instance,
        domain -> {
          PointerByReference answer = new PointerByReference();
          check(
              qemu.virDomainQemuMonitorCommand(domain, command, answer, 0),
              "the monitor of " + instance);
          return taken(answer.getValue());
        });
  }

  @Override
  public void createPaused(String xml) {
    Pointer made = main.virDomainCreateXML(connection(), xml, LibvirtLibrary.START_PAUSED);
    if (made == null) {
      throw failure("the secondary's domain is not started");
    }
    main.virDomainFree(made);
  }

  @Override
  public void define(String xml) {
    Pointer made = main.virDomainDefineXML(connection(), xml);
    if (made == null) {
      throw failure("the domain is not defined");
    }
    main.virDomainFree(made);
  }

  @Override
  public void destroy(UUID instance) {
    whereThere(instance, domain -> check(main.virDomainDestroy(domain), "the end of " + instance));
  }

  @Override
  public void undefine(UUID instance) {
    whereThere(
        instance,
        domain ->
            check(
                main.virDomainUndefineFlags(domain, LibvirtLibrary.UNDEFINE_ALL),
                "the definition of " + instance));
  }

  /** Changes a domain; one that is not there, or is so already, is no failure. */
  private void whereThere(UUID instance, java.util.function.Consumer<Pointer> action) {
    try {
      with(
          instance,
          domain -> {
            action.accept(domain);
            return true;
          });
    } catch (LibvirtException e) {
      if (!e.isNoDomain()) {
        throw e;
      }
    }
  }

  @Override
  public Runnable listen(UUID instance, Listener listener) {
    List<Listener> all = listeners.computeIfAbsent(instance, u -> new CopyOnWriteArrayList<>());
    all.add(listener);
    return () -> all.remove(listener);
  }
}
