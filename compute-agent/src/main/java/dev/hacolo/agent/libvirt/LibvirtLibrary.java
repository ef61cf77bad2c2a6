package dev.hacolo.agent.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libvirt.so.0 and libvirt-qemu.so.0 that are used, under their own names
 * (libvirt/libvirt-*.h). Null pointers and negative numbers are failures, described by {@link
 * Main#virGetLastErrorMessage} on the same thread.
 */
final class LibvirtLibrary {
  /** Of the running domain; only so are the ids of devices in it. Without secrets. */
  static final int XML_LIVE = 0;

  static final int LIST_ACTIVE = 1;
  static final int START_PAUSED = 1;
  static final int STATE_RUNNING = 1;
  static final int EVENT_LIFECYCLE = 0;
  static final int LIFECYCLE_STOPPED = 5;
  static final int ERROR_NO_DOMAIN = 42;
  static final int ERROR_OPERATION_INVALID = 55;

  /** Keeps a managed save and snapshots' metadata from standing in the way of forgetting. */
  static final int UNDEFINE_ALL = 1 | 2 | 4;

  private LibvirtLibrary() {}

  /** libvirt's main library. */
  interface Main extends Library {
    int virInitialize();

    int virEventRegisterDefaultImpl();

    int virEventRunDefaultImpl();

    void virSetErrorFunc(@Nullable Pointer data, ErrorHandler handler);

    int virGetLastErrorCode();

    @Nullable String virGetLastErrorMessage();

    @Nullable Pointer virConnectOpen(String uri);

    int virConnectClose(Pointer connection);

    int virConnectIsAlive(Pointer connection);

    int virConnectSetKeepAlive(Pointer connection, int seconds, int count);

    int virConnectListAllDomains(Pointer connection, PointerByReference domains, int flags);

    int virConnectDomainEventRegisterAny(
        Pointer connection,
        @Nullable Pointer domain,
        int event,
        LifecycleHandler handler,
        @Nullable Pointer data,
        @Nullable Pointer free);

    @Nullable Pointer virDomainLookupByUUIDString(Pointer connection, String uuid);

    @Nullable Pointer virDomainCreateXML(Pointer connection, String xml, int flags);

    @Nullable Pointer virDomainDefineXML(Pointer connection, String xml);

    int virDomainFree(Pointer domain);

    int virDomainGetID(Pointer domain);

    int virDomainIsActive(Pointer domain);

    int virDomainGetUUIDString(Pointer domain, byte[] text);

    int virDomainGetState(Pointer domain, IntByReference state, IntByReference why, int flags);

    @Nullable Pointer virDomainGetXMLDesc(Pointer domain, int flags);

    int virDomainGetBlockInfo(Pointer domain, String target, Pointer info, int flags);

    int virDomainDestroy(Pointer domain);

    int virDomainUndefineFlags(Pointer domain, int flags);
  }

  /** What is QEMU's own. */
  interface Qemu extends Library {
    int virDomainQemuMonitorCommand(
        Pointer domain, String command, PointerByReference result, int flags);

    int virConnectDomainQemuMonitorEventRegister(
        Pointer connection,
        @Nullable Pointer domain,
        @Nullable String event,
        MonitorHandler handler,
        @Nullable Pointer data,
        @Nullable Pointer free,
        int flags);
  }

  /** Takes errors, which libvirt would write to standard error. */
  interface ErrorHandler extends Callback {
    void invoke(@Nullable Pointer data, @Nullable Pointer error);
  }

  /** Told of domains that start and end. */
  interface LifecycleHandler extends Callback {
    int invoke(Pointer connection, Pointer domain, int event, int detail, @Nullable Pointer data);
  }

  /** Told of QEMU's events. */
  interface MonitorHandler extends Callback {
    void invoke(
        Pointer connection,
        Pointer domain,
        String event,
        long seconds,
        int micros,
        @Nullable String details,
        @Nullable Pointer data);
  }

  private static final Map<String, Object> UTF_8 = Map.of(Library.OPTION_STRING_ENCODING, "UTF-8");

  static Main loadMain() {
    return Native.load("libvirt.so.0", Main.class, UTF_8);
  }

  static Qemu loadQemu() {
    return Native.load("libvirt-qemu.so.0", Qemu.class, UTF_8);
  }
}
