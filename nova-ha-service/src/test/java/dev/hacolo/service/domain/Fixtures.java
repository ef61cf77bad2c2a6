package dev.hacolo.service.domain;

import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Pairs, hosts and situations for the tests of this package. */
final class Fixtures {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final UUID PAIR = UUID.fromString("00000000-0000-0000-0000-00000000000a");
  static final UUID VM = UUID.fromString("00000000-0000-0000-0000-00000000000b");
  static final UUID INC_A = UUID.fromString("00000000-0000-0000-0000-0000000000a1");
  static final UUID INC_B = UUID.fromString("00000000-0000-0000-0000-0000000000b1");
  static final RetryPolicy RETRY = new RetryPolicy(Duration.ofSeconds(2), Duration.ofSeconds(60));
  static final Situation.Settings SETTINGS = new Situation.Settings(RETRY, false);

  private Fixtures() {}

  static Instance instance(Map<String, String> specs) {
    return new Instance(VM, "web", "p", "u", 2, 1024, 10, specs, "active", Optional.of("a"));
  }

  static Pair requested() {
    return Transitions.requested(
            PAIR, instance(Map.of(FlavorSpec.ENABLED, "true")), "test", Map.of(), NOW)
        .after();
  }

  static Pair pairing() {
    HostChoice choice = new HostChoice(Optional.of("b"), "b chosen", List.of());
    return Transitions.hostChosen(requested(), "b", SecondaryVcpus.all(2), choice, NOW).after();
  }

  static Pair syncing() {
    return Transitions.resourcesReady(pairing(), NOW).after();
  }

  static Pair protectedPair() {
    return Transitions.protectedBy(syncing(), INC_A, INC_B, NOW).after();
  }

  static Pair failingOver() {
    return Transitions.promoted(protectedPair(), PairEvent.PRIMARY_LOST, "lost", NOW).after();
  }

  static Pair degraded() {
    return Transitions.secondaryLost(protectedPair(), "lost", NOW).after();
  }

  static Pair solo() {
    return Transitions.servingAlone(failingOver(), NOW).after();
  }

  static GuestDescription guest() {
    return new GuestDescription(
        VM,
        "web",
        "pc-i440fx-7.2",
        "tcg",
        "qemu64",
        2,
        1024 * 1024,
        null,
        List.of(
            new GuestDescription.Nic(
                "net0", "virtio-net-pci", "52:54:00:00:00:01", "04", "tap0", "br0")),
        List.of(new GuestDescription.Disk("disk0", "05", "raw", 10L << 30)));
  }

  /** A host and what its agent says. */
  static final class Host {
    final String name;
    UUID incarnation;
    String qemu = "7.2.22";
    String domain = "rack-1";
    int protocol = HostReport.PROTOCOL;
    long memoryKib = 16L << 20;
    long diskBytes = 100L << 30;
    boolean alive = true;
    boolean guest;
    boolean guestRunning = true;
    List<String> problems = List.of();
    List<SessionReport> sessions = List.of();

    Host(String name, UUID incarnation) {
      this.name = name;
      this.incarnation = incarnation;
    }

    HostView view() {
      return new HostView(
          new HostReport(
              name,
              incarnation,
              1,
              "test",
              protocol,
              "https://192.0.2.1:9500",
              "192.0.2.1",
              9600,
              new HostReport.Capabilities(qemu, "tcg", "cpu"),
              new HostReport.Capacity(8, memoryKib, diskBytes),
              domain,
              problems,
              guest ? List.of(new HostReport.Guest(guest(), guestRunning)) : List.of(),
              sessions),
          alive);
    }
  }

  static Host a() {
    Host host = new Host("a", INC_A);
    host.guest = true;
    return host;
  }

  static Host b() {
    return new Host("b", INC_B);
  }

  static SessionReport session(
      Pair pair, SessionTarget target, SessionPhase phase, boolean guestRunning) {
    boolean listens = target == SessionTarget.SECONDARY && phase != SessionPhase.PREPARING;
    return new SessionReport(
        pair.id(),
        VM,
        Math.max(1, pair.generation()),
        target,
        phase,
        0,
        0,
        0,
        guestRunning,
        listens
            ? new SecondaryEndpoints(
                "192.0.2.2", 1, 2, 0, List.of(new SecondaryEndpoints.NicPorts("net0", 3, 4)))
            : null,
        phase == SessionPhase.FAILED ? "disk full" : null,
        null,
        null,
        null);
  }

  static Hosts hosts(Host... all) {
    Map<String, HostView> views = new HashMap<>();
    Map<String, Hosts.ComputeStatus> compute = new HashMap<>();
    for (Host host : all) {
      views.put(host.name, host.view());
      compute.put(host.name, new Hosts.ComputeStatus(true, true));
    }
    return new Hosts(views, true, Optional.of(compute));
  }

  static Situation situation(Pair pair, Host... all) {
    return new Situation(
        pair, hosts(all), Optional.empty(), Map.of(), false, SETTINGS, NOW.plusSeconds(3600));
  }
}
