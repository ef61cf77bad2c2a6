package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real dialogues, each captured twice ({@code src/test/captures/capture.py}): the first run is the
 * primary VM, the second one the secondary, with the client's numbers of the first as it would have
 * been fed. The two are mixed at random; {@code -Dseed=} repeats a run.
 */
final class CaptureReplayTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/compare/captures");
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final String GUEST_OPENS = "guest-opens";

  /** A frame of a capture. */
  private record Captured(boolean fromGuest, Frame frame) {}

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".1.txt") && !f.startsWith(GUEST_OPENS))
          .map(f -> f.substring(0, f.length() - 6))
          .sorted()
          .toList();
    }
  }

  private static List<Captured> read(String name, int run) throws IOException {
    List<Captured> frames = new ArrayList<>();
    for (String line : Files.readAllLines(DIRECTORY.resolve(name + "." + run + ".txt"))) {
      byte[] ethernet = HexFormat.of().parseHex(line.substring(2));
      byte[] bytes = new byte[12 + ethernet.length];
      System.arraycopy(ethernet, 0, bytes, 12, ethernet.length);
      frames.add(new Captured(line.charAt(0) == '<', new Frame(bytes, 12)));
    }
    return frames;
  }

  /** What the secondary VM would have sent: its run, with the client's numbers of the first. */
  private static List<Frame> secondary(String name) throws IOException {
    Map<FlowKey, List<Integer>> first = openings(read(name, 1));
    Map<FlowKey, Integer> own = new HashMap<>();
    Map<FlowKey, Integer> rounds = new HashMap<>();
    List<Frame> outputs = new ArrayList<>();
    for (Captured captured : read(name, 2)) {
      Packet packet = Segments.parsed(captured.frame());
      if (packet.kind() == Packet.Kind.TCP) {
        FlowKey key = packet.flow(new FlowKey(), 0, captured.fromGuest());
        if (!captured.fromGuest() && packet.has(Packet.SYN)) {
          if (!Integer.valueOf(packet.sequence()).equals(own.get(key))) {
            own.put(key, packet.sequence());
            rounds.merge(key, 1, Integer::sum);
          }
        } else if (captured.fromGuest()) {
          int delta =
              first.getOrDefault(key, List.of()).get(rounds.getOrDefault(key, 1) - 1)
                  - own.getOrDefault(key, 0);
          int at = packet.transport() + 8;
          Bytes.putI32(captured.frame().bytes(), at, packet.acknowledgement() + delta);
        }
      }
      if (captured.fromGuest()) {
        outputs.add(captured.frame());
      }
    }
    return outputs;
  }

  /** The client's initial sequence numbers, one for each connection of the same ports. */
  private static Map<FlowKey, List<Integer>> openings(List<Captured> frames) {
    Map<FlowKey, List<Integer>> openings = new HashMap<>();
    for (Captured captured : frames) {
      Packet packet = Segments.parsed(captured.frame());
      if (!captured.fromGuest() && packet.kind() == Packet.Kind.TCP && packet.has(Packet.SYN)) {
        FlowKey key = packet.flow(new FlowKey(), 0, false);
        List<Integer> known = openings.computeIfAbsent(key, k -> new ArrayList<>());
        if (!known.contains(packet.sequence())) {
          known.add(packet.sequence());
        }
      }
    }
    return openings;
  }

  /** Mixes two runs; the secondary does not answer a SYN that it cannot have got yet. */
  private static final class Replay {
    final PairRig rig = new PairRig().started();
    private final List<Captured> primary;
    private int next;

    Replay(List<Captured> primary) {
      this.primary = primary;
    }

    boolean over() {
      return next == primary.size();
    }

    void primary() {
      Captured captured = primary.get(next++);
      if (captured.fromGuest()) {
        rig.primary(0, captured.frame());
      } else {
        rig.input(0, captured.frame());
      }
    }

    void secondary(Frame frame) {
      Packet answer = Segments.parsed(frame);
      if (answer.kind() == Packet.Kind.TCP && answer.has(Packet.SYN)) {
        while (!over() && !asked(answer)) {
          primary();
        }
        rig.carry();
      }
      rig.secondary(0, frame);
    }

    private boolean asked(Packet answer) {
      FlowKey key = answer.flow(new FlowKey(), 0, true);
      for (Captured captured : primary.subList(0, next)) {
        Packet packet = Segments.parsed(captured.frame());
        if (!captured.fromGuest()
            && packet.kind() == Packet.Kind.TCP
            && packet.has(Packet.SYN)
            && packet.sequence() + 1 == answer.acknowledgement()
            && packet.flow(new FlowKey(), 0, false).equals(key)) {
          return true;
        }
      }
      return false;
    }
  }

  private static PairRig replay(List<Captured> primary, List<Frame> secondary, Random random) {
    Replay replay = new Replay(primary);
    int s = 0;
    while (!replay.over() || s < secondary.size()) {
      if (s == secondary.size() || (!replay.over() && random.nextBoolean())) {
        replay.primary();
      } else {
        replay.secondary(secondary.get(s++));
      }
      if (random.nextInt(3) == 0) {
        replay.rig.carry();
      }
    }
    replay.rig.carry();
    return replay.rig;
  }

  @ParameterizedTest
  @MethodSource("names")
  void twoRunsOfADialogueAreEqual(String name) throws IOException {
    for (int round = 0; round < 8; round++) {
      Random random = new Random(SEED + round);
      List<Captured> primary = read(name, 1);
      PairRig rig = replay(primary, secondary(name), random);
      String what = "%s, seed %d".formatted(name, SEED + round);
      assertThat(rig.records).as(what).isNotEmpty();
      assertThat(rig.verdicts).as(what).containsOnly(Verdict.EQUAL);
      assertThat(rig.causes).as(what).isEmpty();
      assertThat(rig.gate.statistics(0).heldFrames()).as(what).isZero();
      assertThat(rig.released.stream().map(PairRig.Output::frame))
          .as(what)
          .containsExactlyInAnyOrderElementsOf(
              primary.stream().filter(Captured::fromGuest).map(Captured::frame).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aFlippedByteIsFoundWhereItIs(String name) throws IOException {
    for (int round = 0; round < 8; round++) {
      Random random = new Random(SEED + round);
      List<Frame> secondary = secondary(name);
      Flip flip = Flip.of(secondary, random);
      if (flip == null) {
        assertThat(name).as("a dialogue without content").isEqualTo("refused");
        return;
      }
      PairRig rig = replay(read(name, 1), secondary, random);
      for (int i = 0; i < rig.records.size(); i++) {
        assertThat(rig.verdicts.get(i))
            .as("%s, record %s, seed %d", name, rig.records.get(i), SEED + round)
            .isEqualTo(flip.expected(rig.records.get(i), rig.openings));
      }
      assertThat(rig.gate.statistics(0).heldFrames()).isPositive();
    }
  }

  /** The secondary's connection is the primary's own one after the checkpoint that it needs. */
  @Test
  void aConnectionThatTheGuestOpensNeedsOneCheckpoint() throws IOException {
    PairRig rig = new PairRig().started();
    List<Captured> frames = read(GUEST_OPENS, 1);
    boolean opened = false;
    for (Captured next : frames) {
      Packet packet = Segments.parsed(next.frame());
      if (!next.fromGuest()) {
        rig.input(0, next.frame());
      } else {
        rig.primary(0, next.frame());
        if (packet.kind() == Packet.Kind.TCP && packet.has(Packet.SYN)) {
          assertThat(rig.causes).containsExactly(CheckpointCause.GUEST_OPENS_CONNECTION);
          rig.checkpoint();
          opened = true;
        } else {
          rig.secondary(0, next.frame());
        }
      }
      rig.carry();
      assertThat(rig.gate.statistics(0).heldFrames()).isZero();
    }
    assertThat(opened).isTrue();
    assertThat(rig.verdicts).isNotEmpty().containsOnly(Verdict.EQUAL);
    assertThat(rig.causes).hasSize(1);
  }
}
