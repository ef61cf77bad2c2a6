package dev.hacolo.common.api;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeat of an agent: {@code PUT /agent/v1/hosts/{host}}, every second and at once when
 * something changes. It is complete: what it does not list does not exist on the host.
 *
 * @param host host name, the one that Nova uses
 * @param incarnation made anew at each start of the agent
 * @param sequence grows by one with each report of an incarnation; an older one is dropped
 * @param agentVersion version of the agent
 * @param protocol version of this API, see {@link #PROTOCOL}
 * @param apiUrl where the agent serves its own API
 * @param address IP address on the replication network
 * @param peerPort TCP port of the peer link
 * @param capabilities what the host can run
 * @param capacity what the host has free
 * @param failureDomain name of the rack, zone or power feed; two of a pair should differ
 * @param problems why this host cannot take a secondary at present, each one sentence; empty = none
 * @param guests guests that can be protected
 * @param sessions all sessions
 */
public record HostReport(
    String host,
    UUID incarnation,
    long sequence,
    String agentVersion,
    int protocol,
    String apiUrl,
    String address,
    int peerPort,
    Capabilities capabilities,
    Capacity capacity,
    String failureDomain,
    List<String> problems,
    List<Guest> guests,
    List<SessionReport> sessions) {

  /** Version of the service-agent API that this build speaks. */
  public static final int PROTOCOL = 1;

  /** Checks every field. */
  public HostReport {
    Checks.name(host, "host");
    Checks.present(incarnation, "incarnation");
    Checks.range(sequence, 0, Long.MAX_VALUE, "sequence");
    Checks.present(agentVersion, "agent_version");
    Checks.present(apiUrl, "api_url");
    Checks.present(address, "address");
    Checks.range(peerPort, 1, 65535, "peer_port");
    Checks.present(capabilities, "capabilities");
    Checks.present(capacity, "capacity");
    Checks.present(failureDomain, "failure_domain");
    problems = List.copyOf(Checks.present(problems, "problems"));
    guests = List.copyOf(Checks.present(guests, "guests"));
    sessions = List.copyOf(Checks.present(sessions, "sessions"));
  }

  /**
   * What the host can run; a secondary needs the same on both hosts.
   *
   * @param qemuVersion for example {@code 7.2.22}; empty when QEMU is missing
   * @param accelerator {@code kvm} when /dev/kvm really runs guests, else {@code tcg}
   * @param cpuModel model name of the host's CPU
   * @param kernelModule what of the kernel module {@code ha_colo} is used, or why it is not, for a
   *     person; the two hosts may differ in it. Null from agents that know nothing of it
   * @param outputGuard whether the kernel closes primaries' taps when their lease is over, or why
   *     not, for a person. Null from agents that know nothing of it
   */
  public record Capabilities(
      String qemuVersion,
      String accelerator,
      String cpuModel,
      @Nullable String kernelModule,
      @Nullable String outputGuard) {
    /** Checks every field. */
    public Capabilities {
      Checks.present(qemuVersion, "qemu_version");
      Checks.present(accelerator, "accelerator");
      Checks.present(cpuModel, "cpu_model");
    }

    /** Of a host about whose kernel nothing is said. */
    public Capabilities(String qemuVersion, String accelerator, String cpuModel) {
      this(qemuVersion, accelerator, cpuModel, null, null);
    }
  }

  /**
   * What the host has.
   *
   * @param cpus CPUs of the host
   * @param memoryFreeKib memory that new VMs can take, in KiB
   * @param diskFreeBytes room for disks of secondaries, in bytes
   */
  public record Capacity(int cpus, long memoryFreeKib, long diskFreeBytes) {
    /** Checks every field. */
    public Capacity {
      Checks.range(cpus, 1, 65_536, "cpus");
      Checks.range(memoryFreeKib, 0, Long.MAX_VALUE, "memory_free_kib");
      Checks.range(diskFreeBytes, 0, Long.MAX_VALUE, "disk_free_bytes");
    }
  }

  /**
   * A guest that runs on the host and could be protected.
   *
   * @param description its hardware
   * @param running whether its vCPUs run
   */
  public record Guest(GuestDescription description, boolean running) {
    /** Checks every field. */
    public Guest {
      Checks.present(description, "description");
    }
  }
}
