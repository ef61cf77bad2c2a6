package dev.hacolo.agent.libvirt;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Port to this host's libvirtd: what the driver needs of it. Blocking and thread-safe; a call may
 * last as long as libvirtd or QEMU hangs. A failure is a {@link LibvirtException}. A connection
 * that was lost is made anew by the next call.
 */
interface Libvirt {
  /**
   * A running or paused domain.
   *
   * @param uuid of the instance
   * @param id libvirt's number of this run of it
   * @param running whether its vCPUs run
   */
  record Domain(UUID uuid, int id, boolean running) {}

  /** Told of what happens to a domain, on a thread of libvirt's that must not be held up. */
  interface Listener {
    /**
     * QEMU sent an event.
     *
     * @param name for example {@code STOP}
     * @param stamp QEMU's time of it, in µs of the real-time clock
     * @param data JSON object, or null
     */
    void event(String name, long stamp, @Nullable String data);

    /** The domain has ended. */
    void stopped();
  }

  /** Domains that have a QEMU. */
  List<Domain> active();

  /** The domain of an instance if it has a QEMU. */
  Optional<Domain> active(UUID instance);

  /** XML of the running domain, with the ids of its devices, without secrets. */
  String xml(UUID instance);

  /**
   * Size that the guest sees of a disk, in bytes.
   *
   * @param target for example {@code vda}
   */
  long capacity(UUID instance, String target);

  /**
   * Sends a command to the domain's QEMU.
   *
   * @param command in QMP
   * @return QEMU's whole answer, errors included
   */
  String monitor(UUID instance, String command);

  /** Starts a domain that is not known to libvirtd after its end; its vCPUs do not run. */
  void createPaused(String xml);

  /** Makes a domain known to libvirtd after its end, as this XML says; what runs stays. */
  void define(String xml);

  /** Kills the domain's QEMU; returns when it has ended. Nothing if it has none. */
  void destroy(UUID instance);

  /** Makes libvirtd forget a domain. Nothing if it does not know it. */
  void undefine(UUID instance);

  /**
   * Tells of a domain's events from now on, also after libvirtd was started again.
   *
   * @return ends that
   */
  Runnable listen(UUID instance, Listener listener);
}
