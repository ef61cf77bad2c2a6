package dev.hacolo.bed.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.control.NovaNotifications;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.bed.stage.PairWatch;
import dev.hacolo.bed.stage.Stage;
import dev.hacolo.bed.stage.Timeline;
import dev.hacolo.bed.traffic.ConnectionRecord.Snapshot;
import dev.hacolo.bed.traffic.TrafficMessage;
import dev.hacolo.bed.traffic.TrafficProcess;
import dev.hacolo.bed.traffic.TrafficVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The acts, one after the other, on a stage that is set. */
final class DemoPlay implements AutoCloseable {
  private static final Duration PROTECT = Duration.ofMinutes(3);
  private static final Duration FAIL_OVER = Duration.ofSeconds(30);

  private final Stage stage;
  private final DemoOptions options;
  private final Timeline timeline;
  private final PairWatch watch;
  private final TrafficProcess traffic;

  DemoPlay(Stage stage, DemoOptions options, Timeline timeline) {
    this.stage = stage;
    this.options = options;
    this.timeline = timeline;
    this.traffic = stage.bed().startTraffic();
    this.watch = new PairWatch(stage.operatorApi(), instance(), timeline);
  }

  DemoReport perform() {
    awaitHosts();
    int before = options.connections() / 2;
    List<Snapshot> early = traffic.open(before);
    timeline.event(
        "%d client connections opened while the guest is not protected yet", early.size());
    Protection protection = protect();
    List<Snapshot> all = traffic.open(options.connections() - before);
    timeline.event("%d more opened now that it is", all.size() - early.size());
    letTrafficFlow();
    double quiet = longestGapMs();
    Failover failover = failOver();
    TrafficVerdict first = judge();
    traffic.resume();
    double reprotectedMs = protectAgain();
    letTrafficFlow();
    TrafficVerdict last = judge();
    return report(protection, quiet, failover, reprotectedMs, first, last);
  }

  /** Ends what follows the pair. */
  @Override
  public void close() {
    watch.close();
  }

  private record Protection(double ms, String host, String choice) {}

  private record Failover(double detectMs, double failoverMs, double gapMs) {}

  private UUID instance() {
    return stage.guest().description().uuid();
  }

  private void awaitHosts() {
    Await.until(
        "both hosts to report to the service",
        Duration.ofSeconds(30),
        () -> {
          JsonNode hosts = stage.operatorApi().get("/v1/hosts");
          String text = hosts.toString();
          return text.contains(Stage.PRIMARY) && text.contains(Stage.SECONDARY);
        });
  }

  /** Nova says that the instance exists; the service does the rest. */
  private Protection protect() {
    Instant published;
    try (NovaNotifications nova = new NovaNotifications(stage.broker())) {
      String body = NovaNotifications.created(stage.guest().description(), Stage.PRIMARY, true);
      stage.openStack().createInstance();
      published = Instant.now();
      timeline.event("Nova publishes instance.create.end, its flavor has ha_colo:enabled=true");
      nova.publish(body);
    }
    PairWatch.Pair pair =
        watch.await("protection", PROTECT, p -> p.isProtected(Stage.PRIMARY, Stage.SECONDARY));
    Instant done = watch.recorded("PROTECTED", published);
    double ms = millis(published, done);
    timeline.event("protected %.1f s after Nova's event", ms / 1000);
    return new Protection(ms, pair.secondary(), watch.reason("HOST_CHOSEN", published));
  }

  private Failover failOver() {
    traffic.measureGapsAnew();
    RunningProcess agent = stage.running(Stage.PRIMARY);
    Instant killed = Instant.now();
    long killedNanos = System.nanoTime();
    stage.guest().qemu().kill();
    agent.kill();
    timeline.eventAt(killed, "KILLED: %s's QEMU and agent, with SIGKILL", Stage.PRIMARY);
    timeline.hold();
    stage.guest().qemu().killAndWait();
    long dead = System.nanoTime();
    TrafficMessage.Event answer = traffic.firstAnswerAfter(dead, FAIL_OVER);
    double failoverMs = (answer.at() - killedNanos) / 1e6;
    timeline.eventAt(
        killed.plusNanos(answer.at() - killedNanos),
        "first answer on an established connection (%s), %.0f ms after the kill",
        String.valueOf(answer.connection()),
        failoverMs);
    agent.killAndWait();
    watch.await("the failover", FAIL_OVER, p -> p.state().equals("SOLO"));
    timeline.release();
    double detectMs = millis(killed, watch.recorded("PRIMARY_LOST", killed));
    letTrafficFlow();
    return new Failover(detectMs, failoverMs, longestGapMs());
  }

  private double protectAgain() {
    String swapped = Stage.SECONDARY;
    Instant restarted = Instant.now();
    timeline.eventAt(restarted, "%s's agent is started again", Stage.PRIMARY);
    stage.restartAgent(Stage.PRIMARY);
    watch.await(
        "protection with the roles swapped", PROTECT, p -> p.isProtected(swapped, Stage.PRIMARY));
    double ms = millis(restarted, watch.recorded("PROTECTED", restarted));
    timeline.event("protected again after %.1f s, with the roles swapped", ms / 1000);
    return ms;
  }

  /** Lets the clients work for the agreed time. */
  private void letTrafficFlow() {
    long end = System.nanoTime() + options.seconds() * 1_000_000_000L;
    Await.until(
        "traffic for %d s".formatted(options.seconds()),
        Duration.ofSeconds(options.seconds() + 5L),
        () -> System.nanoTime() - end >= 0);
  }

  private double longestGapMs() {
    return traffic.status().stream().mapToLong(Snapshot::longestGapNanos).max().orElse(0) / 1e6;
  }

  private TrafficVerdict judge() {
    TrafficVerdict verdict = traffic.judge();
    timeline.event(
        "checked: %d of %d connections live, %d answers right, %d acknowledged writes, %d missing",
        verdict.connections() - verdict.connectionsBroken(),
        verdict.connections(),
        verdict.answers() - verdict.wrongAnswers(),
        verdict.ackedWrites(),
        verdict.ackedWritesLost());
    return verdict;
  }

  private DemoReport report(
      Protection protection,
      double quietGapMs,
      Failover failover,
      double reprotectedMs,
      TrafficVerdict first,
      TrafficVerdict last) {
    List<String> complaints = new ArrayList<>(first.complaints());
    last.complaints().stream().filter(c -> !complaints.contains(c)).forEach(complaints::add);
    return new DemoReport(
        complaints.isEmpty(),
        complaints,
        stage.bed().emulator().accelerator(),
        instance().toString(),
        protection.host(),
        protection.choice(),
        protection.ms(),
        failover.detectMs(),
        failover.failoverMs(),
        failover.gapMs(),
        quietGapMs,
        reprotectedMs,
        last.connections(),
        last.connectionsBroken(),
        last.answers(),
        last.wrongAnswers(),
        last.ackedWrites(),
        Math.max(first.ackedWritesLost(), last.ackedWritesLost()),
        timeline.entries());
  }

  private static double millis(Instant from, Instant to) {
    if (to.isBefore(from)) {
      throw new BedException("the service recorded %s before %s".formatted(to, from));
    }
    return Duration.between(from, to).toNanos() / 1e6;
  }
}
