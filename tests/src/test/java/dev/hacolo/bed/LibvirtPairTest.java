package dev.hacolo.bed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.libvirt.DomainGuest;
import dev.hacolo.bed.libvirt.LibvirtNode;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.traffic.TrafficMessage;
import dev.hacolo.bed.traffic.TrafficProcess;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.SessionTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two agents with libvirt's driver, a libvirtd on each node, and a domain that knew nothing of COLO
 * when it was started. A step that takes too long says which it was and what everybody's logs end
 * with.
 */
@Tag("two-node")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class LibvirtPairTest {
  private static final Duration STEP = Duration.ofSeconds(60);

  /** What a test does with a protected domain. */
  private interface Scene {
    void play(Stage stage) throws Exception;
  }

  /** All that plays. */
  private record Stage(
      TwoNodeBed bed,
      LibvirtNode a,
      LibvirtNode b,
      DomainGuest guest,
      AgentPair pair,
      ProtectedGuest protectedGuest,
      TrafficProcess traffic) {

    /** Runs a step; if it fails, tells of all. */
    void step(String what, Runnable action) {
      long begun = System.nanoTime();
      try {
        action.run();
        System.out.printf("%s: %d ms%n", what, (System.nanoTime() - begun) / 1_000_000);
      } catch (RuntimeException | AssertionError e) {
        throw new BedException(
            "%s: %s%n%s%n%s%n--- agents%n%s%n%s"
                .formatted(
                    what, e.getMessage(), a.story(), b.story(), agent("node-a"), agent("node-b")),
            e);
      }
    }

    private String agent(String node) {
      return node + ": " + pair.process(node).tail();
    }

    void await(String what, java.util.function.BooleanSupplier condition) {
      step(what, () -> Await.until(what, STEP, condition));
    }

    String state(LibvirtNode node) {
      return node.virshOutput("domstate", guest.name());
    }
  }

  @Test
  void aSurvivorIsAnOrdinaryDomain() throws Exception {
    protectedDomain(
        stage -> {
          long[] killed = new long[1];
          stage.step(
              "node-a dies",
              () -> {
                ProcessHandle qemu = stage.guest().qemu(stage.a());
                killed[0] = System.nanoTime();
                qemu.destroyForcibly();
                stage.a().libvirtd().kill();
                stage.pair().killAgent("node-a");
              });
          stage.step("clients get answers", () -> answered(stage, killed[0], 5000));
          stage.step("node-b is alone", () -> stage.protectedGuest().awaitPhase("node-b", "SOLO"));
          stage.await(
              "the survivor is defined",
              () ->
                  stage
                      .b()
                      .virshOutput("list", "--all", "--persistent")
                      .contains(stage.guest().name()));
          assertThat(stage.state(stage.b())).isEqualTo("running");
          String next = stage.b().virshOutput("dumpxml", "--inactive", stage.guest().name());
          assertThat(next)
              .contains(stage.guest().uuid().toString())
              .contains("nova:instance")
              .doesNotContain("incoming")
              .doesNotContain("share-rw")
              .doesNotContain("hacolo");
          assertThat(files(stage, "node-b")).noneMatch(f -> f.endsWith(".qcow2"));

          stage.step("clients work on", () -> moreWrites(stage));
          stage.step(
              "Nova pauses and unpauses",
              () -> {
                stage.b().virshOutput("suspend", stage.guest().name());
                assertThat(stage.state(stage.b())).isEqualTo("paused");
                stage.b().virshOutput("resume", stage.guest().name());
              });
          stage.step("clients work on after that", () -> moreWrites(stage));
          assertThat(stage.traffic().judge().complaints()).isEmpty();
          stage.step(
              "Nova stops and starts it",
              () -> {
                stage.b().virshOutput("destroy", stage.guest().name());
                stage.b().virshOutput("start", stage.guest().name());
                assertThat(stage.state(stage.b())).isEqualTo("running");
              });
        });
  }

  @Test
  void protectionIsTakenOffWithoutATrace() throws Exception {
    protectedDomain(
        stage -> {
          stage.protectedGuest().order("node-b", SessionTarget.STAND_DOWN, 2);
          stage.protectedGuest().order("node-a", SessionTarget.ABSENT, 2);
          stage.await(
              "node-a has forgotten the session, and node-b the domain and its files",
              () ->
                  stage.pair().host("node-a").required("sessions").isEmpty()
                      && stage.b().virshOutput("list", "--all").isEmpty()
                      && files(stage, "node-b").isEmpty());
          assertThat(stage.guest().directory(stage.b())).doesNotExist();
          assertThat(stage.state(stage.a())).isEqualTo("running");
          for (String query :
              List.of("query-named-block-nodes", "query-chardev", "query-block-jobs")) {
            assertThat(monitor(stage, query)).doesNotContain("\"ha-");
          }
          stage.step("clients work on", () -> moreWrites(stage));
          assertThat(stage.traffic().judge().complaints()).isEmpty();
        });
  }

  private static String monitor(Stage stage, String query) {
    return stage
        .a()
        .virshOutput(
            "qemu-monitor-command", stage.guest().name(), "{\"execute\":\"%s\"}".formatted(query));
  }

  /** What an agent keeps of its secondaries. */
  private static List<String> files(Stage stage, String node) {
    Path directory = stage.bed().run().directory("nodes/" + node + "/instances");
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).map(Path::toString).toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of("(being removed)");
    }
  }

  private static void answered(Stage stage, long since, double limitMs) {
    TrafficMessage.Event answer =
        stage.traffic().firstAnswerAfter(System.nanoTime(), Duration.ofSeconds(20));
    assertThat((answer.at() - since) / 1e6).isLessThan(limitMs);
  }

  /** Each connection on its own: some are much faster than others while they need no secondary. */
  private static void moreWrites(Stage stage) {
    Map<Integer, Long> before = written(stage.traffic());
    Await.until(
        STEP,
        () -> {
          Map<Integer, Long> now = written(stage.traffic());
          return before.entrySet().stream()
              .allMatch(c -> now.getOrDefault(c.getKey(), 0L) >= c.getValue() + 20);
        },
        () ->
            "20 more writes on each connection: %s, then %s"
                .formatted(before, written(stage.traffic())));
  }

  private static Map<Integer, Long> written(TrafficProcess traffic) {
    return traffic.status().stream()
        .filter(c -> c.protocol().writes())
        .collect(Collectors.toMap(c -> c.id(), c -> c.acknowledgedWrites()));
  }

  private static void writes(TrafficProcess traffic, long number) {
    Await.until(
        "%d writes on each connection".formatted(number),
        STEP,
        () ->
            traffic.status().stream()
                .filter(c -> c.protocol().writes())
                .allMatch(c -> c.acknowledgedWrites() >= number || c.broken() != null));
  }

  private static void protectedDomain(Scene scene) throws Exception {
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
    List<LibvirtNode> nodes = new ArrayList<>();
    for (var node : bed.network().nodes()) {
      nodes.add(LibvirtNode.start(bed.run(), bed.launcher(), node));
    }
    GuestDescription like =
        GuestBlueprint.DEFAULT.describe(UUID.randomUUID(), bed.emulator(), bed.image());
    DomainGuest guest = DomainGuest.start(nodes.get(0), bed.emulator(), like);
    try (AgentPair pair =
        new AgentPair(
            bed,
            like,
            SessionPolicy.DEFAULT,
            agent -> {
              LibvirtNode mine = nodes.get(bed.network().nodes().indexOf(agent.node()));
              agent.useLibvirt(mine.uri(), mine.entering());
            })) {
      guest.awaitUp();
      GuestDescription found = found(pair, like.uuid());
      Stage stage =
          new Stage(
              bed,
              nodes.get(0),
              nodes.get(1),
              guest,
              pair,
              pair.another(found, SessionPolicy.DEFAULT),
              bed.startTraffic());
      stage.traffic().open(2);
      stage.step("clients work", () -> writes(stage.traffic(), 20));
      stage.step("protection", () -> stage.protectedGuest().protect("node-a", "node-b", 1));
      stage.step("clients work while it is protected", () -> moreWrites(stage));
      stage.traffic().measureGapsAnew();
      scene.play(stage);
    }
  }

  /** What node-a's agent says of the domain. */
  private static GuestDescription found(AgentPair pair, UUID uuid) throws IOException {
    JsonNode[] guests = new JsonNode[1];
    Await.until(
        STEP,
        () -> {
          guests[0] = pair.host("node-a").required("guests");
          return guests[0].size() == 1;
        },
        () ->
            "node-a's agent does not see the domain: "
                + pair.host("node-a")
                + pair.process("node-a").tail());
    GuestDescription found =
        ApiJson.mapper()
            .treeToValue(guests[0].get(0).required("description"), GuestDescription.class);
    assertThat(found.uuid()).isEqualTo(uuid);
    return found;
  }
}
