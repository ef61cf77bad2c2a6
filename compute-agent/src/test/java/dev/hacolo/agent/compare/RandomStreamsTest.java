package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * One stream of bytes, cut, repeated and reordered differently by the two VMs, near the end of the
 * sequence space, or of the positive integers, more often than not; in every third connection the
 * secondary says one byte otherwise. Never a false verdict, never a missed one.
 *
 * <p>{@code -Dsegments=10000000 -Dseed=N} (in {@code test.argLine}) is the long form.
 */
final class RandomStreamsTest {
  private static final long SEGMENTS = Long.getLong("segments", 200_000);
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int STREAM = 40_000;

  private final byte[] content = new byte[STREAM];
  private final Segments made = new Segments();
  private final Packet packet = new Packet();
  private long segments;
  private long differences;

  @Test
  void neverAFalseVerdictAndNeverAMissedOne() {
    System.out.println("RandomStreamsTest: seed " + SEED + ", segments " + SEGMENTS);
    for (long round = 0; segments < SEGMENTS; round++) {
      long seed = SEED + round;
      Random random = new Random(seed);
      try {
        new Dialogue(random).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed %d".formatted(seed), e);
      }
    }
    assertThat(differences).isPositive();
  }

  /** A connection: what each VM has sent, what the client has. */
  private final class Dialogue {
    private final Random random;
    private final PairRig rig = new PairRig().started();
    private final int length;
    private final int flipped;
    private final int primaryIsn;
    private final int secondaryIsn;
    private final byte[] other;

    /** Positions behind the ISN, from 0; that of the FIN is {@code length}. */
    private int primarySent;

    private int secondarySent;
    private int acknowledged;
    private int releasedSeen;
    private final boolean[] has;

    Dialogue(Random random) {
      this.random = random;
      random.nextBytes(content);
      length = 1 + random.nextInt(random.nextInt(8) == 0 ? STREAM : 4000);
      other = Arrays.copyOf(content, length);
      flipped = random.nextInt(3) == 0 ? random.nextInt(length) : -1;
      if (flipped >= 0) {
        other[flipped] ^= (byte) (1 << random.nextInt(8));
      }
      primaryIsn = isn();
      secondaryIsn = isn();
      has = new boolean[length + 1];
    }

    /** Any, or one whose stream passes 2^32, or 2^31 where signed integers end. */
    private int isn() {
      int before = -random.nextInt(length) - 2;
      return switch (random.nextInt(3)) {
        case 0 -> random.nextInt();
        case 1 -> before;
        default -> before + Integer.MIN_VALUE;
      };
    }

    void run() {
      rig.input(0, client(Packet.SYN, 99, 0));
      send(true, Packet.SYN | Packet.ACK, -1, 0);
      send(false, Packet.SYN | Packet.ACK, -1, 0);
      rig.carry();
      assertThat(rig.verdicts).containsExactly(Verdict.EQUAL);
      while (primarySent <= length || secondarySent <= length) {
        step();
      }
      finish();
    }

    private void step() {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> burst(true);
        case 4, 5, 6, 7 -> burst(false);
        case 8 -> rig.carry();
        default -> acknowledge();
      }
    }

    /** New segments and repetitions of old ones, in any order. */
    private void burst(boolean primary) {
      List<int[]> cuts = new ArrayList<>();
      int sent = primary ? primarySent : secondarySent;
      for (int i = random.nextInt(6); i >= 0 && sent <= length; i--) {
        int size = Math.min(length - sent, size());
        boolean fin = sent + size == length && random.nextBoolean();
        if (size > 0 || fin) {
          cuts.add(new int[] {sent, size, fin ? 1 : 0});
        }
        sent += size + (fin ? 1 : 0);
      }
      while (sent > 0 && random.nextInt(4) == 0) {
        int from = repeatFrom(Math.min(sent, length));
        int size = Math.min(Math.min(sent, length) - from, size());
        if (size > 0) {
          cuts.add(new int[] {from, size, 0});
        }
      }
      // A VM sends new content in order: what is lost on the way to the client it does not see.
      // Here the secondary's arrives in any order, which is more than can happen.
      if (!primary) {
        Collections.shuffle(cuts, random);
      }
      for (int[] c : cuts) {
        send(primary, Packet.ACK | (c[2] == 1 ? Packet.FIN : 0), c[0], c[1]);
      }
      if (primary) {
        primarySent = sent;
      } else {
        secondarySent = sent;
      }
      segments += cuts.size();
    }

    /** A VM repeats from what it knows to be acknowledged. */
    private int repeatFrom(int sent) {
      int from = Math.min(acknowledged, sent);
      return from + (sent > from ? random.nextInt(sent - from) : 0);
    }

    private int size() {
      return 1 + random.nextInt(random.nextInt(4) == 0 ? 1460 : 60);
    }

    private void send(boolean primary, int flags, int position, int size) {
      byte[] from = primary ? content : other;
      byte[] part = size == 0 ? new byte[0] : Arrays.copyOfRange(from, position, position + size);
      Frame frame =
          made.tcp(flags, (primary ? primaryIsn : secondaryIsn) + 1 + position, 100, part);
      if (primary) {
        rig.primary(0, frame);
      } else {
        rig.secondary(0, frame);
      }
    }

    private Frame client(int flags, int sequence, int acknowledgement) {
      return new Segments().fromGuest(false).tcp(flags, sequence, acknowledgement, new byte[0]);
    }

    /** The client acknowledges what it has got without a gap, sometimes less. */
    private void acknowledge() {
      receive();
      int end = acknowledged;
      while (end <= length && has[end]) {
        end++;
      }
      if (end > acknowledged) {
        acknowledged =
            random.nextBoolean() ? end : acknowledged + random.nextInt(end - acknowledged);
        rig.input(0, client(Packet.ACK, 100, primaryIsn + 1 + acknowledged));
      }
    }

    private void receive() {
      for (; releasedSeen < rig.released.size(); releasedSeen++) {
        packet.parse(rig.released.get(releasedSeen).frame());
        int from = packet.sequence() - primaryIsn - 1;
        int size = packet.payloadLength() + (packet.has(Packet.FIN) ? 1 : 0);
        for (int i = Math.max(0, from); i < from + size; i++) {
          has[i] = true;
        }
      }
    }

    private void finish() {
      rig.carry();
      for (int i = 0; i < rig.records.size(); i++) {
        OutputRecord.Stream r = (OutputRecord.Stream) rig.records.get(i);
        int at = flipped + primaryIsn + 1 - r.from();
        boolean same = flipped < 0 || at < 0 || at >= r.length();
        if (rig.verdicts.get(i) != (same ? Verdict.EQUAL : Verdict.DIFFERENT)) {
          throw new AssertionError("%s is %s".formatted(r, rig.verdicts.get(i)));
        }
        differences += same ? 0 : 1;
      }
      released();
    }

    /** Nothing leaves from the frame on that holds the difference; without one everything does. */
    private void released() {
      receive();
      for (int i = 0; i <= length; i++) {
        if (flipped < 0 ? !has[i] : has[i] && i >= flipped) {
          throw new AssertionError("position %d, difference at %d".formatted(i, flipped));
        }
      }
      boolean waits = rig.gate.statistics(0).heldFrames() > 0;
      if (waits != flipped >= 0) {
        throw new AssertionError("held frames with a difference at " + flipped);
      }
      rig.checkpoint();
      if (rig.gate.statistics(0).heldFrames() > 0) {
        throw new AssertionError("held frames after a checkpoint");
      }
    }
  }
}
