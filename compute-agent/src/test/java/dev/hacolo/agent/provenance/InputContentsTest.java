package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hacolo.agent.packet.FlowKey;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InputContentsTest {
  private final Random random = new Random(5);
  private final InputContents inputs = new InputContents(10_000, 100, 77);
  private final byte[] body = Bed.noise(random, 1024);

  InputContentsTest() {
    nextEpoch();
    nextEpoch();
  }

  private void nextEpoch() {
    inputs.beginEpoch();
  }

  private static FlowKey flow(int port) {
    return new FlowKey().set(0, 0xffffff, false, 0, 1, 80, 0, 2, port);
  }

  private boolean mayOccur(byte[] data) {
    return inputs.mayOccur(data, 0, data.length);
  }

  private void send(int port, int sequence, byte[] data) {
    inputs.segment(flow(port), sequence, data, 0, data.length);
  }

  @Test
  void whatNobodySentDoesNotOccur() {
    inputs.opened(flow(1), 1);
    send(1, 1, Bed.noise(random, 5000));
    assertThat(mayOccur(body)).isFalse();
  }

  @Test
  void whatWasSentMayOccurInThisEpochAndTheNext() {
    inputs.opened(flow(1), 1);
    send(1, 1, body);
    assertThat(mayOccur(body)).isTrue();
    nextEpoch();
    assertThat(mayOccur(body)).isTrue();
    nextEpoch();
    assertThat(mayOccur(body)).isFalse();
  }

  @Test
  void inSegmentsOfAnySize() {
    for (int size = 1; size < 40; size++) {
      InputContents fresh = new InputContents(10_000, 100, size);
      fresh.beginEpoch();
      fresh.beginEpoch();
      int first = Integer.MAX_VALUE - 300;
      fresh.opened(flow(1), first);
      for (int at = 0; at < 1024; at += size) {
        fresh.segment(flow(1), first + at, body, at, Math.min(size, 1024 - at));
      }
      assertThat(fresh.overrun()).isFalse();
      for (int from = 0; from < 1024 - 64; from += 13) {
        assertThat(fresh.mayOccur(body, from, 1024 - from)).isTrue();
      }
    }
  }

  @Test
  void aPieceOfTheOutputIsEnough() {
    inputs.opened(flow(1), 1);
    send(1, 1, Arrays.copyOfRange(body, 300, 300 + InputContents.PIECE));
    assertThat(mayOccur(body)).isTrue();
  }

  @Test
  void aConnectionIsOneStreamAcrossCheckpoints() {
    inputs.opened(flow(1), 1);
    send(1, 1, Arrays.copyOf(body, 500));
    nextEpoch();
    send(1, 501, Arrays.copyOfRange(body, 500, 1024));
    assertThat(mayOccur(Arrays.copyOfRange(body, 400, 600))).isTrue();
  }

  @Test
  void twoConnectionsAreTwoStreams() {
    inputs.opened(flow(1), 1);
    inputs.opened(flow(2), 1);
    send(1, 1, Arrays.copyOf(body, 100));
    send(2, 1, Arrays.copyOfRange(body, 100, 1024));
    send(1, 101, Bed.noise(random, 100));
    assertThat(inputs.overrun()).isFalse();
    assertThat(inputs.mayOccur(body, 0, 100)).isTrue();
  }

  @Test
  void anythingMayOccurAfterAGap() {
    inputs.opened(flow(1), 1);
    send(1, 2, new byte[] {1});
    assertThat(mayOccur(body)).isTrue();
    nextEpoch();
    assertThat(mayOccur(body)).isTrue();
    nextEpoch();
    assertThat(mayOccur(body)).isFalse();
    send(1, 3, new byte[] {1});
    assertThat(inputs.overrun()).isFalse();
  }

  @Test
  void aRepetitionIsHarmlessAnotherContentIsNot() {
    inputs.opened(flow(1), 1);
    byte[] request = Bed.noise(random, 50);
    send(1, 1, request);
    send(1, 1, request);
    assertThat(inputs.overrun()).isFalse();
    request[49]++;
    send(1, 1, request);
    assertThat(inputs.overrun()).isTrue();
  }

  /** The guest may have missed it the first time, and get it only now. */
  @Test
  void aRepetitionFromAnOlderEpochMayOccurNow() {
    inputs.opened(flow(1), 1);
    send(1, 1, body);
    nextEpoch();
    nextEpoch();
    assertThat(mayOccur(body)).isFalse();
    send(1, 1, body);
    assertThat(mayOccur(body)).isTrue();
    nextEpoch();
    assertThat(mayOccur(body)).isTrue();
  }

  @Test
  void anythingMayOccurWhenAConnectionWasNotSeenToOpen() {
    send(9, 1000, new byte[] {1});
    assertThat(inputs.overrun()).isTrue();
    nextEpoch();
    nextEpoch();
    send(9, 1001, new byte[] {1});
    assertThat(inputs.overrun()).isFalse();
  }

  @Test
  void aForgottenConnectionIsAnUnknownOne() {
    for (int port = 0; port <= 100; port++) {
      inputs.opened(flow(port), 1);
    }
    send(100, 1, new byte[] {1});
    assertThat(inputs.overrun()).isFalse();
    send(0, 1, new byte[] {1});
    assertThat(inputs.overrun()).isTrue();
  }

  @Test
  void anythingMayOccurWhenThereWasTooMuch() {
    inputs.datagram(Bed.noise(random, 100_000), 0, 100_000);
    assertThat(mayOccur(body)).isFalse();
    inputs.datagram(Bed.noise(random, 100_000), 0, 100_000);
    assertThat(mayOccur(body)).isTrue();
  }

  @Test
  void anythingMayOccurUntilTheSecondCheckpoint() {
    InputContents fresh = new InputContents(16, 1, 1);
    assertThat(fresh.overrun()).isTrue();
    fresh.beginEpoch();
    assertThat(fresh.overrun()).isTrue();
    fresh.beginEpoch();
    assertThat(fresh.overrun()).isFalse();
    fresh.incomplete();
    assertThat(fresh.overrun()).isTrue();
  }

  @Test
  void contentWithoutAnchorsMayOccur() {
    assertThat(mayOccur(new byte[7])).isTrue();
    byte[] hole = body.clone();
    byte[] dull = new byte[8];
    int value = 0;
    Anchors anchors = new Anchors(77);
    while (anchors.next(dull, 0, 8) >= 0) {
      Arrays.fill(dull, (byte) ++value);
    }
    Arrays.fill(hole, 300, 300 + InputContents.PIECE + 30, (byte) value);
    assertThat(mayOccur(hole)).isTrue();
  }

  @Test
  void nearlyEveryBodyCanBeToldNotToOccur() {
    int told = 0;
    for (int i = 0; i < 1000; i++) {
      told += mayOccur(Bed.noise(random, 65_536)) ? 0 : 1;
    }
    assertThat(told).isGreaterThan(980);
  }

  @Test
  void refusesAbsurdBounds() {
    assertThatIllegalArgumentException().isThrownBy(() -> new InputContents(15, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new InputContents(16, 0, 1));
  }

  /** Streams cut at random, with repetitions; outputs made of a piece of one and of noise. */
  @Test
  void neverOverlooksWhatWasSent() {
    for (int round = 0; round < 300; round++) {
      InputContents fresh = new InputContents(50_000, 8, random.nextLong());
      fresh.beginEpoch();
      fresh.beginEpoch();
      byte[] stream = Bed.noise(random, 4000);
      if (round % 3 == 0) {
        thin(stream);
      }
      sendAtRandom(fresh, stream);
      assertThat(fresh.overrun()).isFalse();
      for (int i = 0; i < 20; i++) {
        int from = random.nextInt(stream.length - 2 * InputContents.PIECE);
        byte[] output = Bed.noise(random, 2000);
        int length = InputContents.PIECE + random.nextInt(InputContents.PIECE);
        System.arraycopy(stream, from, output, random.nextInt(1000), length);
        assertThat(fresh.mayOccur(output, 0, output.length)).isTrue();
        assertThat(fresh.mayOccur(stream, from, random.nextInt(1, 256))).isTrue();
      }
    }
  }

  /** Two different bytes only: windows repeat. */
  private static void thin(byte[] stream) {
    for (int i = 0; i < stream.length; i++) {
      stream[i] &= 1;
    }
  }

  private void sendAtRandom(InputContents to, byte[] stream) {
    int first = random.nextInt();
    to.opened(flow(1), first);
    int at = 0;
    boolean checkpointed = false;
    while (at < stream.length) {
      int length = Math.min(stream.length - at, random.nextInt(200));
      to.segment(flow(1), first + at, stream, at, length);
      if (random.nextInt(5) == 0) {
        to.segment(flow(1), first + at, stream, at, length);
      }
      at += length;
      if (!checkpointed && random.nextInt(20) == 0) {
        to.beginEpoch();
        checkpointed = true;
      }
    }
  }
}
