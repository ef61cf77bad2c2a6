package dev.hacolo.service.domain;

import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.service.domain.HostChoice.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Chooses the host for a secondary: filters first, then a score; explains every host. */
public final class HostChooser {
  private static final int OTHER_DOMAIN = 100;
  private static final int MAX_MEMORY_SCORE = 50;
  private static final int PER_CPU = 5;
  private static final int MAX_CPU_SCORE = 25;
  private static final int PER_SESSION = 5;
  private static final int MAX_SESSION_SCORE = 50;

  private final Pair pair;
  private final HostReport primary;
  private final int vcpus;
  private final GuestDescription guest;
  private final Hosts hosts;
  private final boolean domainRequired;
  private final HostWish wish;

  private HostChooser(
      Pair pair,
      int vcpus,
      HostReport primary,
      GuestDescription guest,
      Hosts hosts,
      boolean domainRequired,
      HostWish wish) {
    this.pair = pair;
    this.vcpus = vcpus;
    this.primary = primary;
    this.guest = guest;
    this.hosts = hosts;
    this.domainRequired = domainRequired;
    this.wish = wish;
  }

  /**
   * Chooses among all hosts that have reported.
   *
   * @param vcpus how many vCPUs the secondary will run
   */
  static HostChoice choose(
      Pair pair,
      int vcpus,
      HostReport primary,
      GuestDescription guest,
      Hosts hosts,
      boolean domainRequired,
      HostWish wish) {
    return new HostChooser(pair, vcpus, primary, guest, hosts, domainRequired, wish).choose();
  }

  private HostChoice choose() {
    List<Verdict> verdicts =
        hosts.byName().values().stream()
            .filter(view -> !view.report().host().equals(primary.host()))
            .map(this::judge)
            .sorted(
                Comparator.comparing((Verdict v) -> !v.candidate().fits())
                    .thenComparing(v -> !wish.isFirst(v.candidate().host()))
                    .thenComparing(v -> -v.candidate().score())
                    .thenComparing(v -> v.candidate().host()))
            .toList();
    List<Candidate> candidates = verdicts.stream().map(Verdict::candidate).toList();
    Optional<Candidate> best = candidates.stream().filter(Candidate::fits).findFirst();
    String summary =
        best.map(
                found ->
                    "host %s chosen: %s"
                        .formatted(found.host(), String.join(", ", found.reasons())))
            .orElseGet(() -> noneFits(verdicts));
    return new HostChoice(best.map(Candidate::host), summary, candidates);
  }

  /** Without figures, so that it changes only when the cause does. */
  private static String noneFits(List<Verdict> verdicts) {
    if (verdicts.isEmpty()) {
      return "no second host: no other agent has reported";
    }
    return "no host fits: "
        + String.join(
            "; ", verdicts.stream().map(v -> v.candidate().host() + ": " + v.cause()).toList());
  }

  /** A candidate, and why it does not fit in words that stay the same while the cause does. */
  private record Verdict(Candidate candidate, String cause) {}

  private Verdict judge(HostView view) {
    List<Obstacle> obstacles = obstacles(view);
    String host = view.report().host();
    if (obstacles.isEmpty()) {
      List<String> parts = new ArrayList<>();
      int score = score(view.report(), parts);
      return new Verdict(new Candidate(host, true, score, parts), "");
    }
    List<String> reasons = obstacles.stream().map(Obstacle::detail).toList();
    String cause = String.join(", ", obstacles.stream().map(Obstacle::cause).toList());
    return new Verdict(new Candidate(host, false, 0, reasons), cause);
  }

  private record Obstacle(String cause, String detail) {
    static Obstacle of(String sentence) {
      return new Obstacle(sentence, sentence);
    }
  }

  private List<Obstacle> obstacles(HostView view) {
    List<Obstacle> found = new ArrayList<>();
    if (!view.alive()) {
      found.add(Obstacle.of("its agent is silent"));
      return found;
    }
    HostReport report = view.report();
    report.problems().forEach(problem -> found.add(Obstacle.of(problem)));
    if (report.protocol() != HostReport.PROTOCOL) {
      found.add(
          Obstacle.of(
              "its agent speaks protocol %d, this service %d"
                  .formatted(report.protocol(), HostReport.PROTOCOL)));
    }
    operatorObstacles(report.host(), found);
    if (view.hasSessionOf(pair.instance().uuid())
        || view.guest(pair.instance().uuid()).filter(HostReport.Guest::running).isPresent()) {
      found.add(Obstacle.of("a former copy of this guest is still there"));
    }
    incompatibilities(report, found);
    shortages(report.capacity(), found);
    novaObstacles(report.host(), found);
    if (domainRequired && report.failureDomain().equals(primary.failureDomain())) {
      found.add(Obstacle.of("it is in the primary's failure domain " + primary.failureDomain()));
    }
    return found;
  }

  private void operatorObstacles(String host, List<Obstacle> found) {
    wish.against(host).map(Obstacle::of).ifPresent(found::add);
    hosts.fleet().drainedBy(host).map(why -> Obstacle.of("it is " + why)).ifPresent(found::add);
    hosts.fleet().busy(host).map(why -> Obstacle.of("it " + why)).ifPresent(found::add);
  }

  private void incompatibilities(HostReport report, List<Obstacle> found) {
    HostReport.Capabilities there = report.capabilities();
    HostReport.Capabilities here = primary.capabilities();
    differs("QEMU version", here.qemuVersion(), there.qemuVersion(), found);
    differs("accelerator", guest.accelerator(), there.accelerator(), found);
    differs("CPU model", here.cpuModel(), there.cpuModel(), found);
  }

  private static void differs(String what, String here, String there, List<Obstacle> found) {
    if (!here.equals(there)) {
      found.add(Obstacle.of("its %s is '%s', the primary's '%s'".formatted(what, there, here)));
    }
  }

  private void shortages(HostReport.Capacity capacity, List<Obstacle> found) {
    if (capacity.cpus() < vcpus) {
      found.add(
          Obstacle.of("it has %d CPU(s) for %d active vCPUs".formatted(capacity.cpus(), vcpus)));
    }
    long needed = 2 * guest.memoryKib();
    if (capacity.memoryFreeKib() < needed) {
      found.add(
          new Obstacle(
              "not enough memory",
              "not enough memory: %d MiB free, %d MiB needed (twice the guest's)"
                  .formatted(capacity.memoryFreeKib() >> 10, needed >> 10)));
    }
    if (capacity.diskFreeBytes() < guest.diskBytes()) {
      found.add(
          new Obstacle(
              "not enough disk room",
              "not enough disk room: %d MiB free, %d MiB needed"
                  .formatted(capacity.diskFreeBytes() >> 20, guest.diskBytes() >> 20)));
    }
  }

  private void novaObstacles(String host, List<Obstacle> found) {
    if (hosts.compute().isEmpty()) {
      found.add(Obstacle.of("Nova has not answered yet whether its compute service is up"));
      return;
    }
    Hosts.ComputeStatus status = hosts.compute().get().get(host);
    if (status == null) {
      found.add(Obstacle.of("Nova knows no compute service of this name"));
    } else if (!status.up()) {
      found.add(Obstacle.of("its compute service is down in Nova"));
    } else if (!status.enabled()) {
      found.add(Obstacle.of("its compute service is disabled in Nova"));
    }
  }

  private int score(HostReport report, List<String> parts) {
    int domain = 0;
    if (!report.failureDomain().equals(primary.failureDomain())) {
      domain = OTHER_DOMAIN;
      parts.add("other failure domain " + report.failureDomain());
    } else {
      parts.add("same failure domain " + report.failureDomain());
    }
    long spare = report.capacity().memoryFreeKib() - 2 * guest.memoryKib();
    int memory = (int) Math.min(MAX_MEMORY_SCORE, spare * 10 / Math.max(2 * guest.memoryKib(), 1));
    parts.add("%d MiB of memory to spare".formatted(spare >> 10));
    int free = report.capacity().cpus() - busyCpus(report);
    int cpus = Math.max(-MAX_CPU_SCORE, Math.min(MAX_CPU_SCORE, PER_CPU * (free - vcpus)));
    parts.add("%d CPU(s) not taken by VMs".formatted(free));
    int sessions = report.sessions().size();
    parts.add("%d session(s) there".formatted(sessions));
    return domain + memory + cpus - Math.min(MAX_SESSION_SCORE, PER_SESSION * sessions);
  }

  /**
   * vCPUs that may run there, of guests and of secondaries; less than none are free if too many.
   */
  private static int busyCpus(HostReport report) {
    int guests =
        report.guests().stream()
            .filter(HostReport.Guest::running)
            .mapToInt(guest -> guest.description().vcpus())
            .sum();
    int secondaries =
        report.sessions().stream()
            .filter(session -> session.vcpuAllocation() != null)
            .mapToInt(session -> Objects.requireNonNull(session.vcpuAllocation()).active())
            .sum();
    return guests + secondaries;
  }
}
