package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link SynchronisedMemory} does, whatever its evidence. */
abstract class SynchronisedMemoryContract {
  private static final int AT = 3 * RamRange.PAGE - 500;
  private static final int LENGTH = 10_000;

  private final Random random = new Random(11);
  private final byte[] body = Bed.noise(random, LENGTH);
  final FakeGuestMemory memory = new FakeGuestMemory(16).noise(random);
  private final MemoryReader reader = memory.open();

  final Place place = new Place(Extents.of(memory.address(AT), LENGTH), Bed.wanted(body).content());

  SynchronisedMemoryContract() {
    memory.write(AT, body);
  }

  abstract SynchronisedMemory subject();

  /** The guest, or one of QEMU's devices, writes. */
  abstract void write(int at, byte[] bytes);

  /** A checkpoint has begun: STOP. */
  abstract void begin();

  /** All evidence of it is there: RESUME. */
  abstract void complete();

  /** Protection ends. */
  abstract void end();

  private void checkpoint() {
    begin();
    complete();
  }

  private boolean ask(int from, int length) {
    byte[] now = new byte[length];
    assertThat(reader.read(place.extents(), from, now, 0, length)).isTrue();
    return subject().unmodified(place, from, now, 0, length);
  }

  private boolean ask() {
    return ask(0, LENGTH);
  }

  @Test
  void nothingIsKnownBeforeACheckpointIsComplete() {
    assertThat(ask()).isFalse();
    begin();
    assertThat(ask()).isFalse();
    complete();
    assertThat(ask()).isTrue();
    begin();
    assertThat(ask()).isFalse();
  }

  @Test
  void whatWasNotWrittenIsUnmodified() {
    checkpoint();
    assertThat(ask()).isTrue();
    assertThat(ask(4096, 4096)).isTrue();
    assertThat(ask(8192, LENGTH - 8192)).isTrue();
    checkpoint();
    assertThat(ask()).isTrue();
  }

  @Test
  void whatWasWrittenBeforeTheCheckpointIsOfNoImportance() {
    write(AT, new byte[] {1});
    write(AT, Arrays.copyOf(body, 1));
    checkpoint();
    assertThat(ask()).isTrue();
  }

  @Test
  void whatWasWrittenIsModified() {
    checkpoint();
    write(AT + LENGTH - 1, new byte[] {(byte) (body[LENGTH - 1] + 1)});
    assertThat(ask()).isFalse();
    assertThat(ask(0, 4096)).isTrue();
  }

  @Test
  void theEndOfProtectionEndsIt() {
    checkpoint();
    end();
    assertThat(ask()).isFalse();
  }

  /** Writes, changes back, checkpoints: never a wrong yes. */
  @Test
  void neverClaimsWhatTheStateDidNotHold() {
    byte[] state = new byte[0];
    int claimed = 0;
    for (int round = 0; round < 5000; round++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          checkpoint();
          state = memory.ram.clone();
        }
        case 1, 2 -> {
          int at = AT + random.nextInt(LENGTH);
          write(at, Bed.noise(random, Math.min(20, AT + LENGTH - at)));
        }
        case 3, 4 -> write(AT, body);
        default -> {
          int from = 4096 * random.nextInt(3);
          int length = Math.min(LENGTH - from, 4096 * (1 + random.nextInt(3)));
          if (ask(from, length)) {
            claimed++;
            assertThat(
                    Arrays.equals(
                        memory.ram,
                        AT + from,
                        AT + from + length,
                        state,
                        AT + from,
                        AT + from + length))
                .isTrue();
          }
        }
      }
    }
    assertThat(claimed).isGreaterThan(100);
  }
}
