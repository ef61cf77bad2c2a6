package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures gate and comparator back to back in one thread: 64 connections, each frame of 1460 bytes
 * sent by both VMs, an acknowledgement of the client for every second one. Run with {@code
 * -Dmeasure=true} in {@code test.argLine}; prints, and fails below the product's own target.
 */
@EnabledIfSystemProperty(named = "measure", matches = "true")
final class CompareThroughputTest implements ReleaseGate.Port, OutputComparator.Port {
  private static final int FLOWS = 64;
  private static final int CONTENT = 1460;
  private static final int WINDOW = 1024;
  private static final int FRAMES = 1_000_000;

  private final ReleaseGate gate =
      new ReleaseGate(GatePolicy.DEFAULT, new ContentDigest(PairRig.KEY), Origins.UNKNOWN, this);
  private final OutputComparator comparator =
      new OutputComparator(ComparatorLimits.DEFAULT, new ContentDigest(PairRig.KEY), this);
  private final Packet packet = new Packet();

  /** Frames are used again when both sides have long forgotten them. */
  private final Frame[] primary = new Frame[WINDOW];

  private final Frame[] secondary = new Frame[WINDOW];
  private final Frame[] acknowledgements = new Frame[FLOWS];
  private final int[] positions = new int[FLOWS];
  private long inputs;
  private long released;

  /** The gate must not be called from within itself, so the verdict waits here. */
  private long answered = -1;

  private Verdict answer = Verdict.DIFFERENT;

  private void prepare() {
    byte[] content = new byte[CONTENT];
    new Random(1).nextBytes(content);
    for (int i = 0; i < WINDOW; i++) {
      Segments made = new Segments().ports(80, 2000 + i % FLOWS);
      made.options(Segments.TIMESTAMPS, 1);
      primary[i] = made.tcp(Packet.ACK, 0, 1, content);
      secondary[i] = made.tcp(Packet.ACK, 0, 1, content);
    }
    for (int i = 0; i < FLOWS; i++) {
      Segments made = new Segments().fromGuest(false).ports(80, 2000 + i);
      acknowledgements[i] = made.tcp(Packet.ACK, 1, 0, new byte[0]);
    }
    gate.stopped();
    gate.sealed(1, true);
    comparator.epochMark(1);
    comparator.stateLoaded();
    gate.checkpointed(1);
  }

  private void round(int frames) {
    int tcp = Segments.VNET + 14 + 20;
    for (int i = 0; i < frames; i++) {
      int flow = i % FLOWS;
      Frame p = primary[i % WINDOW];
      Frame s = secondary[i % WINDOW];
      Bytes.putI32(p.bytes(), tcp + 4, positions[flow]);
      Bytes.putI32(s.bytes(), tcp + 4, positions[flow]);
      positions[flow] += CONTENT;
      packet.parse(s);
      comparator.output(0, s, packet);
      gate.output(0, p, i);
      gate.verdict(answered, answer);
      if (i / FLOWS % 2 == 1) {
        Frame a = acknowledgements[flow];
        Bytes.putI32(a.bytes(), tcp + 8, positions[flow]);
        gate.input(0, a, i);
        packet.parse(a);
        comparator.input(0, packet);
        gate.inputsStable(++inputs);
      }
    }
  }

  @Test
  void fullFramesASecond() {
    prepare();
    double best = 0;
    for (int i = 0; i < 8; i++) {
      long begin = System.nanoTime();
      round(FRAMES);
      double rate = FRAMES * 1e9 / (System.nanoTime() - begin);
      System.out.printf("gate and comparator: %,.0f frames/s%n", rate);
      best = Math.max(best, rate);
    }
    assertThat(released).isEqualTo(8L * FRAMES);
    assertThat(comparator.statistics().different()).isZero();
    assertThat(best).isGreaterThan(400_000);
  }

  @Test
  void digestOfAFullSegment() {
    ContentDigest digest = new ContentDigest(PairRig.KEY);
    byte[] data = new byte[1500];
    new Random(2).nextBytes(data);
    long sink = 0;
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long begin = System.nanoTime();
      for (int j = 0; j < 200_000; j++) {
        data[j % 1460]++;
        sink += digest.of(data, 34, CONTENT).first();
      }
      best = Math.min(best, (System.nanoTime() - begin) / 200_000.0);
    }
    System.out.printf("digest of 1460 bytes: %.0f ns (%d)%n", best, sink & 1);
    assertThat(best).isLessThan(1400);
  }

  @Override
  public void record(OutputRecord output) {
    comparator.record(output);
  }

  @Override
  public void release(int nic, Frame frame) {
    released++;
  }

  @Override
  public void acknowledged(FlowKey flow, int acknowledgement) {}

  @Override
  public void checkpointDue(CheckpointCause cause) {
    throw new AssertionError(cause);
  }

  @Override
  public void verdict(long record, Verdict verdict) {
    answered = record;
    answer = verdict;
  }

  @Override
  public void opened(FlowKey flow, OutputRecord.SynAck a, OutputRecord.SynAck b) {}

  @Override
  public void checkpointWanted(CheckpointCause cause) {
    throw new AssertionError(cause);
  }
}
