package dev.hacolo.bed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.net.SwitchCapture;
import dev.hacolo.bed.net.SwitchCapture.Seen;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.Command;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.bed.traffic.ConnectionRecord;
import dev.hacolo.bed.traffic.TrafficProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Never a moment in which both VMs of a pair send: frames are watched where they arrive at the
 * clients' switch. {@code -Dhacolo.lease.trials=100} is the long form.
 */
@Tag("two-node")
@Timeout(value = 4, unit = TimeUnit.HOURS)
class OutputLeaseTest {
  private static final int TRIALS = Integer.getInteger("hacolo.lease.trials", 3);
  private static final long LEASE_NANOS = 300_000_000L;
  private static final long MS = 1_000_000L;

  /** From the tap's ingress to the switch, on a machine that is busy. */
  private static final long ON_ITS_WAY_NANOS = 20 * MS;

  private static final Duration FROZEN = Duration.ofSeconds(10);

  /** What a test does with a pair under traffic. */
  private interface Scene {
    void play(Stage stage) throws Exception;
  }

  /** Where it plays; the guest began on node-a. */
  private record Stage(
      TwoNodeBed bed,
      DirectGuest guest,
      AgentPair pair,
      TrafficProcess traffic,
      SwitchCapture capture) {}

  @Test
  void oneSideAtMostSendsWhenTheLinkIsCut() throws Exception {
    protectedGuest(OutputLeaseTest::cutAgainAndAgain);
  }

  private static void cutAgainAndAgain(Stage stage) {
    AgentPair pair = stage.pair();
    String primary = "node-a";
    String secondary = "node-b";
    long generation = 1;
    for (int trial = 0; trial < TRIALS; trial++) {
      boolean changes = trial % 3 == 0; // the secondary wins, the primary wins, whoever is first
      if (trial % 3 < 2) {
        pair.arbiter().decideFor(generation, changes ? secondary : primary);
      }
      String winner = cut(stage, primary, secondary);
      secondary = winner.equals(primary) ? secondary : primary;
      primary = winner;
      generation += 2;
      pair.protect(primary, secondary, generation);
      awaitAnswers(stage.traffic());
    }
  }

  private static String cut(Stage stage, String primary, String secondary) {
    AgentPair pair = stage.pair();
    TrafficProcess traffic = stage.traffic();
    traffic.measureGapsAnew();
    stage.capture().clear();
    stage.bed().network().cutBetweenNodes(true);
    long cut = now();
    String winner = awaitWinner(pair, primary, secondary);
    awaitAnswers(traffic);
    stage.bed().network().cutBetweenNodes(false);
    String loser = winner.equals(primary) ? secondary : primary;
    pair.awaitPhase(loser, "GONE");
    List<Seen> seen = stage.capture().seen();
    assertThat(seen.stream().filter(s -> s.node().equals(winner))).isNotEmpty();
    int first = first(seen, secondary);
    int last = last(seen, primary);
    if (winner.equals(primary)) {
      assertThat(first).as("a frame of the secondary, which lost").isEqualTo(-1);
      report("the primary won; longest gap %d ms".formatted(gap(traffic)));
      assertThat(gap(traffic)).isLessThanOrEqualTo(1000);
    } else {
      assertThat(last).as("last frame of the old primary, first of the new").isLessThan(first);
      long from = last < 0 ? cut : seen.get(last).atNanos();
      report(
          "the secondary won; %d ms without a frame; longest gap %d ms"
              .formatted((seen.get(first).atNanos() - from) / MS, gap(traffic)));
    }
    return winner;
  }

  private static void report(String line) {
    System.out.println(line);
  }

  private static String awaitWinner(AgentPair pair, String primary, String secondary) {
    String[] winner = new String[1];
    Await.until(
        "one side to serve alone",
        Duration.ofSeconds(30),
        () -> {
          for (String node : List.of(primary, secondary)) {
            if (pair.phase(node).equals("SOLO")) {
              winner[0] = node;
            }
          }
          return winner[0] != null;
        });
    return winner[0];
  }

  /** Where the VM stands still too, what its agent had let go waits in a socket to it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSideThatStandsStillSendsNothingAfterItsDeadline(boolean vmToo) throws Exception {
    protectedGuest(stage -> standStill(stage, vmToo));
  }

  private static void standStill(Stage stage, boolean vmToo) throws Exception {
    AgentPair pair = stage.pair();
    assertThat(pair.metrics("node-a")).contains("ha_colo_output_leases{level=\"kernel\"} 1.0");
    RunningProcess agent = pair.process("node-a");
    RunningProcess qemu = stage.guest().qemu();
    stage.capture().clear();
    if (vmToo) {
      qemu.pause();
    }
    agent.pause();
    long frozen = now();
    pair.awaitPhase("node-b", "SOLO");
    awaitAnswers(stage.traffic());
    Await.until(
        "the agent has stood still for long enough",
        FROZEN.plusSeconds(5),
        () -> now() - frozen > FROZEN.toNanos());
    if (vmToo) {
      qemu.goOn();
    }
    agent.goOn();
    pair.awaitPhase("node-a", "GONE");
    awaitAnswers(stage.traffic());
    assertSilent(stage, frozen);
    assertThat(guards(stage.bed())).as("rules that are left on taps").isEmpty();
  }

  private static void assertSilent(Stage stage, long frozen) {
    List<Seen> seen = stage.capture().seen();
    int last = last(seen, "node-a");
    long late = last < 0 ? 0 : seen.get(last).atNanos() - frozen;
    System.out.printf(
        "last frame of the frozen side %d ms after the stop; the kernel dropped %.0f%n",
        late / MS, stage.pair().metric("node-a", "ha_colo_guard_dropped_frames_total"));
    assertThat(late).isLessThan(LEASE_NANOS + ON_ITS_WAY_NANOS);
    assertThat(last).isLessThan(first(seen, "node-b"));
  }

  /** Filters of ours on any tap of the nodes. */
  private static List<String> guards(TwoNodeBed bed) {
    List<String> found = new ArrayList<>();
    for (TwoNodeNetwork.Node node : bed.network().nodes()) {
      String taps =
          Command.run(
              "ip",
              "netns",
              "exec",
              node.namespace().name(),
              "sh",
              "-c",
              "for t in $(ls /sys/class/net); do tc filter show dev $t ingress; done");
      if (taps.contains("ha-colo")) {
        found.add(node.name() + ": " + taps);
      }
    }
    return found;
  }

  private static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  private static int first(List<Seen> seen, String node) {
    for (int i = 0; i < seen.size(); i++) {
      if (seen.get(i).node().equals(node)) {
        return i;
      }
    }
    return -1;
  }

  private static int last(List<Seen> seen, String node) {
    for (int i = seen.size() - 1; i >= 0; i--) {
      if (seen.get(i).node().equals(node)) {
        return i;
      }
    }
    return -1;
  }

  private static long gap(TrafficProcess traffic) {
    return traffic.status().stream().mapToLong(c -> c.longestGapNanos() / MS).max().orElseThrow();
  }

  private static void awaitAnswers(TrafficProcess traffic) {
    List<ConnectionRecord.Snapshot> before = traffic.status();
    Await.until(
        "new answers on each connection",
        Duration.ofMinutes(1),
        () -> {
          List<ConnectionRecord.Snapshot> now = traffic.status();
          for (int i = 0; i < before.size(); i++) {
            if (now.get(i).broken() == null && now.get(i).answers() < before.get(i).answers() + 5) {
              return false;
            }
          }
          return true;
        });
  }

  private static void protectedGuest(Scene scene) throws Exception {
    try (TwoNodeBed bed = TwoNodeBed.create()) {
      bed.network()
          .control()
          .call(
              () -> {
                play(bed, scene);
                return true;
              });
    }
  }

  private static void play(TwoNodeBed bed, Scene scene) throws Exception {
    DirectGuest guest = bed.startGuest("node-a", UUID.randomUUID(), GuestBlueprint.DEFAULT);
    try (SwitchCapture capture = bed.network().capture(guest.description().nics().get(0).mac());
        AgentPair pair = new AgentPair(bed, guest.description())) {
      TrafficProcess traffic = bed.startTraffic();
      guest.awaitUp();
      pair.protect("node-a", "node-b", 1);
      traffic.open(2);
      awaitAnswers(traffic);
      scene.play(new Stage(bed, guest, pair, traffic, capture));
      awaitAnswers(traffic);
      assertThat(traffic.judge().complaints()).isEmpty();
    }
  }
}
