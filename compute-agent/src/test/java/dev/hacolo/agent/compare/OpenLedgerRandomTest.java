package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random streams with random pre-released stretches, a take-over at a random moment, and a VM that
 * sends the same, or one byte otherwise. No client gets two different bytes at one position.
 */
final class OpenLedgerRandomTest {
  private static final int ROUNDS = Integer.getInteger("rounds", 3000);
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  @Test
  void neverTwoDifferentBytesAtOnePosition() {
    System.out.println("OpenLedgerRandomTest: seed " + SEED);
    int resets = 0;
    for (int i = 0; i < ROUNDS; i++) {
      try {
        resets += new Round(new Random(SEED + i)).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed %d".formatted(SEED + i), e);
      }
    }
    assertThat(resets).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
  }

  private static final class Round {
    private final Random random;
    private final LedgerBed bed;
    private final byte[] mine;
    private final byte[] theirs;

    /** How far the primary's output has left; all of it was pre-released or found equal. */
    private int left;

    private int flipped = -1;
    private int sent;

    Round(Random random) {
      this.random = random;
      Segments segments = random.nextBoolean() ? new Segments() : new Segments().v6();
      bed = new LedgerBed(segments, random.nextInt(), ComparatorLimits.DEFAULT);
      if (random.nextBoolean()) {
        bed.opened(random.nextInt());
      }
      mine = new byte[1 + random.nextInt(6000)];
      random.nextBytes(mine);
      theirs = mine.clone();
      if (random.nextInt(3) > 0) {
        flipped = random.nextInt(mine.length);
        theirs[flipped] ^= (byte) (1 << random.nextInt(8));
      }
    }

    int run() {
      before();
      bed.takeOver();
      while (sent < theirs.length) {
        send();
      }
      boolean parted = flipped >= 0 && flipped < left;
      assertThat(bed.resets).hasSize(parted ? 1 : 0);
      assertThat(bed.ledger().isEmpty()).isTrue();
      check(parted);
      return bed.resets.size();
    }

    /** The epoch in which the primary dies. */
    private void before() {
      int told = 0;
      boolean leaves = true;
      int stop = random.nextInt(mine.length + 1);
      int lead = random.nextInt(mine.length + 1);
      while (told < stop) {
        int size = Math.min(mine.length - told, 1 + random.nextInt(500));
        leaves &= random.nextInt(12) > 0;
        bed.record(told, Arrays.copyOfRange(mine, told, told + size), leaves);
        told += size;
        left = leaves ? told : left;
        while (sent < lead && random.nextBoolean()) {
          send();
        }
        if (left > 0 && random.nextInt(4) == 0) {
          bed.acknowledge(random.nextInt(left + 1));
        }
      }
    }

    private void send() {
      int from = random.nextInt(5) == 0 ? random.nextInt(sent + 1) : sent;
      int size = Math.min(theirs.length - from, 1 + random.nextInt(700));
      bed.secondary(Packet.ACK, from, Arrays.copyOfRange(theirs, from, from + size));
      sent = Math.max(sent, from + size);
    }

    /** What left afterwards, on top of what the client has. */
    private void check(boolean parted) {
      boolean[] has = new boolean[mine.length];
      for (Frame frame : bed.released) {
        Packet p = Segments.parsed(frame);
        int from = bed.position(frame);
        for (int i = 0; i < p.payloadLength(); i++) {
          byte value = p.data()[p.payload() + i];
          int at = from + i;
          assertThat(value).isEqualTo(at < left ? mine[at] : theirs[at]);
          has[at] = true;
        }
      }
      for (int at = left; !parted && at < has.length; at++) {
        assertThat(has[at]).as("position %d", at).isTrue();
      }
    }
  }
}
