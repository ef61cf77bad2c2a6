package dev.hacolo.bed.kvm;

import dev.hacolo.bed.AgentPair;
import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.guest.VcpuUse;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.traffic.TrafficProcess;
import dev.hacolo.bed.traffic.TrafficVerdict;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.common.api.VcpuAllocation;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A guest of two vCPUs on KVM, protected by agents that use the kernel module for both of its
 * purposes, under traffic; then its primary is killed. To be used in the bed's control namespace.
 */
final class PairPlay {
  private static final String PRIMARY = "node-a";
  private static final String SECONDARY = "node-b";
  private static final GuestBlueprint GUEST = new GuestBlueprint(256 * 1024, 2, 16L << 20);
  private static final SessionPolicy POLICY = SessionPolicy.DEFAULT.withSecondaryVcpus(1);
  private static final int ATTEMPTS = 3;
  private static final Duration SERVED = Duration.ofMinutes(1);
  private static final int WRITES_AFTERWARDS = 5;
  private static final String PRE_RELEASED =
      "ha_colo_released_frames_total{reason=\"pre_released\"}";

  /** The agents are as slow as the machine, but what they wait for is counted in real time. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "module.use", "required",
          "allocation.levels", "module-gate",
          "peer.heartbeat", "500ms",
          "peer.suspicion", "20s",
          "lease.duration", "10s",
          "watchdog.timeout", "0s");

  private final Findings findings;
  private final DirectGuest guest;
  private final AgentPair pair;
  private final TrafficProcess traffic;

  private PairPlay(Findings findings, DirectGuest guest, AgentPair pair, TrafficProcess traffic) {
    this.findings = findings;
    this.guest = guest;
    this.pair = pair;
    this.traffic = traffic;
  }

  /** From the guest's boot to the verdict on what its clients have seen. */
  static void perform(TwoNodeBed bed, Findings findings) throws TimeoutException {
    findings.check(
        "KVM runs guests",
        bed.emulator().accelerator().equals("kvm"),
        bed.emulator().accelerator());
    DirectGuest guest = bed.startGuest(PRIMARY, UUID.randomUUID(), GUEST);
    TrafficProcess traffic = bed.startTraffic();
    try (AgentPair pair =
        new AgentPair(bed, guest.description(), POLICY, agent -> agent.configure(SETTINGS))) {
      findings.reached("both agents are ready");
      guest.awaitUp();
      findings.reached("the guest serves");
      new PairPlay(findings, guest, pair, traffic).play();
    }
  }

  private void play() {
    traffic.open(1);
    findings.reached("clients are connected");
    protect();
    checkGate();
    serve();
    failOver();
    goOn();
  }

  /** What cold JVMs are too slow for is tried again with a new generation, as the service does. */
  private void protect() {
    long generation = 1;
    for (int attempt = 1; ; attempt++) {
      try {
        pair.protect(PRIMARY, SECONDARY, generation);
        findings.check("it is protected", true, "");
        findings.reached("protected by attempt " + attempt);
        return;
      } catch (BedException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        findings.reached("attempt %d failed: %s".formatted(attempt, e.getMessage()));
        pair.order(SECONDARY, SessionTarget.STAND_DOWN, generation + 1);
        pair.order(PRIMARY, SessionTarget.SOLO, generation + 1);
        pair.awaitPhase(PRIMARY, "SOLO");
        pair.awaitPhase(SECONDARY, "GONE");
        generation += 2;
      }
    }
  }

  private void checkGate() {
    SessionReport report =
        pair.guest().await(SECONDARY, r -> r.vcpuAllocation() != null, "an allocation of vCPUs");
    VcpuAllocation known = report.vcpuAllocation();
    findings.check(
        "the module's gate lets 1 of the secondary's 2 vCPUs run",
        known != null
            && known.level() == VcpuAllocation.Level.MODULE_GATE
            && known.vcpus() == 2
            && known.active() == 1,
        String.valueOf(known));
  }

  /** Until outputs leave early, and the pages of whole epochs have been counted. */
  private void serve() {
    long begun = System.nanoTime();
    VcpuUse before = secondaryUse();
    boolean seen =
        holdsInTime(() -> metric(PRE_RELEASED) > 0 && metric("ha_colo_checkpoint_pages_count") > 0);
    findings.check(
        "answers leave before the secondary has made them",
        metric(PRE_RELEASED) > 0,
        "none did; the causes of release: " + released());
    findings.check(
        "the module's bitmap counts the pages of checkpoints' epochs",
        metric("ha_colo_checkpoint_pages_count") > 0,
        "no epoch was counted");
    findings.reached(seen ? "both kinds were seen" : "not both kinds were seen");
    findings.quote(released());
    double seconds = (System.nanoTime() - begun) / 1e9;
    findings.measured(
        "secondary_cpus", secondaryUse().since(before).cpuSeconds() / Math.max(seconds, 1e-3));
    findings.measured("checkpoints", metric("ha_colo_checkpoint_pause_seconds_count"));
    findings.measured("pre_released", metric(PRE_RELEASED));
    findings.measured("counted_epochs", metric("ha_colo_checkpoint_pages_count"));
    findings.measured("counted_pages", metric("ha_colo_checkpoint_pages_sum"));
  }

  private static boolean holdsInTime(BooleanSupplier condition) {
    try {
      Await.until("pre-release and counted epochs", SERVED, condition);
      return true;
    } catch (BedException e) {
      return false;
    }
  }

  private void failOver() {
    traffic.measureGapsAnew();
    long killed = System.nanoTime();
    guest.qemu().killAndWait();
    long dead = System.nanoTime();
    pair.awaitPhase(SECONDARY, "SOLO");
    long answered = traffic.firstAnswerAfter(dead, Duration.ofSeconds(20)).at();
    findings.check("the secondary takes over when the primary is killed", true, "");
    findings.measured("first_answer_ms", (answered - killed) / 1e6);
    findings.check(
        "the primary's agent has renounced",
        pair.arbiter().claims().stream()
            .anyMatch(c -> c.kind() == Claim.Kind.RENOUNCE && c.host().equals(PRIMARY)),
        pair.arbiter().claims());
    findings.check(
        "nothing limits the vCPUs of the VM that took over", pair.guest().vcpuLimits(SECONDARY));
    findings.reached("the secondary serves alone");
  }

  private void goOn() {
    long written = fewestWrites();
    Await.until(
        "more writes on each connection",
        Duration.ofMinutes(1),
        () -> fewestWrites() >= written + WRITES_AFTERWARDS);
    TrafficVerdict verdict = traffic.judge();
    findings.check(
        "connections go on, no answer is wrong, no acknowledged write is lost",
        verdict.complaints());
    findings.measured("acknowledged_writes", (double) verdict.ackedWrites());
    findings.measured("answers", (double) verdict.answers());
    findings.measured("longest_gap_ms", verdict.longestGapMs());
    findings.reached("judged");
  }

  /** Of a connection that broke no more will come: the verdict says so. */
  private long fewestWrites() {
    return traffic.status().stream()
        .filter(c -> c.protocol().writes() && c.broken() == null)
        .mapToLong(c -> c.acknowledgedWrites())
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private VcpuUse secondaryUse() {
    return pair.guest()
        .secondaryProcesses(SECONDARY)
        .findFirst()
        .map(qemu -> VcpuUse.of(qemu.pid()))
        .orElseThrow(() -> new BedException("the secondary's QEMU has ended"));
  }

  private String released() {
    StringBuilder lines = new StringBuilder();
    pair.metrics(PRIMARY)
        .lines()
        .filter(line -> line.startsWith("ha_colo_released_frames_total"))
        .forEach(line -> lines.append(line).append('\n'));
    return lines.toString().strip();
  }

  /** A figure of the primary's agent, named with all its tags; 0 if it has none of that name. */
  private double metric(String name) {
    return pair.metrics(PRIMARY)
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElse(0);
  }
}
