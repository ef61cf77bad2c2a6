package dev.hacolo.common.api;

import dev.hacolo.common.api.GuestDescription.Boot;
import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.GuestDescription.Nic;
import dev.hacolo.common.api.SecondaryEndpoints.NicPorts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One full sample of each message of the service-agent API. */
final class WireSamples {
  private static final UUID PAIR = UUID.fromString("11111111-1111-4111-8111-111111111111");
  private static final UUID INSTANCE = UUID.fromString("22222222-2222-4222-8222-222222222222");
  private static final UUID NONCE = UUID.fromString("33333333-3333-4333-8333-333333333333");

  private WireSamples() {}

  static GuestDescription guest() {
    return new GuestDescription(
        INSTANCE,
        "web-1",
        "pc-i440fx-7.2",
        "tcg",
        "qemu64,+ssse3",
        2,
        262_144,
        new Boot("/boot/vmlinuz", "/boot/initrd.img", "console=ttyS0 quiet"),
        List.of(new Nic("net0", "virtio-net-pci", "52:54:00:00:00:01", "04", "tap-web-1", "br0")),
        List.of(new Disk("vd0", "05", "raw", 1L << 30)),
        "<domain type='kvm'/>");
  }

  static SecondaryEndpoints endpoints() {
    return new SecondaryEndpoints(
        "192.0.2.12", 20000, 20001, 20004, List.of(new NicPorts("net0", 20002, 20003)));
  }

  private static SessionReport session() {
    return new SessionReport(
        PAIR,
        INSTANCE,
        3,
        SessionTarget.SECONDARY,
        SessionPhase.READY,
        40,
        5,
        17,
        true,
        endpoints(),
        "waits for the primary",
        new CheckpointSummary(
            2, 61_000, 40, Map.of("divergence", 33L, "hold_time", 9L), 2_100_000, 90_000),
        new VcpuAllocation(
            4, 1, 1, VcpuAllocation.Level.CGROUP_V2, "2", 0, "CPU 2 is used by no other secondary"),
        new PathLoad(10, 41_000, 12.5, 3.2));
  }

  private static HostReport host() {
    return new HostReport(
        "compute-2",
        NONCE,
        99,
        "0.1.0",
        HostReport.PROTOCOL,
        "https://192.0.2.12:9701",
        "192.0.2.12",
        9702,
        new HostReport.Capabilities("7.2.22", "kvm", "AMD EPYC", "the vCPU gate: usable", "usable"),
        new HostReport.Capacity(8, 16_777_216, 500_000_000_000L),
        "rack-2",
        List.of("QEMU 6.2 is too old: 7.2 or newer is needed"),
        List.of(new HostReport.Guest(guest(), true)),
        List.of(session()));
  }

  private static SessionOrder order(SessionTarget target) {
    return new SessionOrder(
        PAIR,
        INSTANCE,
        3,
        target,
        new PeerAddress("compute-1", "192.0.2.11", 9702),
        target == SessionTarget.SECONDARY ? guest() : null,
        target == SessionTarget.PRIMARY ? endpoints() : null,
        target == SessionTarget.PRIMARY
            ? new SessionPolicy("ha-colo", "compare", 5000, 200, 15, 1)
            : null);
  }

  /** Samples by the name of the file that pins their JSON. */
  static Map<String, Object> all() {
    Map<String, Object> samples = new LinkedHashMap<>();
    samples.put("host-report", host());
    samples.put("session-order-secondary", order(SessionTarget.SECONDARY));
    samples.put("session-order-primary", order(SessionTarget.PRIMARY));
    samples.put(
        "session-order-solo",
        new SessionOrder(PAIR, INSTANCE, 4, SessionTarget.SOLO, null, null, null, null));
    samples.put("hand-over-order", new HandOverOrder(3));
    samples.put("session-report", session());
    samples.put(
        "claim", new Claim(PAIR, 3, "compute-2", NONCE, Claim.Kind.PEER_LOST, "no heartbeat"));
    samples.put(
        "claim-decision",
        new ClaimDecision(PAIR, 4, ClaimDecision.Verdict.GO_SOLO, "compute-1 is silent"));
    samples.put(
        "error", ApiError.of("req-1", "ha-colo.pair.not-found", 404, "Not Found", "no such pair"));
    return samples;
  }
}
