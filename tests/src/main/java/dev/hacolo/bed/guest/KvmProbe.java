package dev.hacolo.bed.guest;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Tells whether an accelerator really runs guests, by letting one run: a firmware that counts down
 * from 2^25 and then ends QEMU with a status of its own. A device file proves nothing, nor does a
 * handful of instructions: there are hosts whose KVM emulates each of them, and on which no kernel
 * ever boots. Native execution takes some 30 ms, TCG 200 ms, such an emulation many minutes.
 */
public final class KvmProbe {
  private static final Duration DEADLINE = Duration.ofSeconds(4);
  private static final int FIRMWARE_BYTES = 64 * 1024;
  private static final int RESET_VECTOR = FIRMWARE_BYTES - 16;
  private static final int DONE = 0x21;

  /** 16-bit code: mov ecx, 0x2000000; dec ecx; jnz to the dec; mov al, DONE; out 0xf4, al; hlt. */
  private static final byte[] COUNT_DOWN = {
    0x66,
    (byte) 0xb9,
    0x00,
    0x00,
    0x00,
    0x02,
    0x66,
    0x49,
    0x75,
    (byte) 0xfc,
    (byte) 0xb0,
    DONE,
    (byte) 0xe6,
    (byte) 0xf4,
    (byte) 0xf4
  };

  private final String qemu;
  private final Path directory;

  /**
   * Prepares a probe.
   *
   * @param qemu emulator
   * @param directory for the firmware, which is deleted afterwards
   */
  public KvmProbe(String qemu, Path directory) {
    this.qemu = qemu;
    this.directory = directory;
  }

  /** True if the accelerator runs the firmware to its end within 4 s. */
  public boolean runsGuests(String accelerator) {
    Path firmware = directory.resolve("probe-" + accelerator + ".bin");
    try {
      byte[] image = new byte[FIRMWARE_BYTES];
      System.arraycopy(COUNT_DOWN, 0, image, RESET_VECTOR, COUNT_DOWN.length);
      Files.write(firmware, image);
      // isa-debug-exit ends QEMU with twice the value and one.
      return Command.attempt(DEADLINE, command(accelerator, firmware)).status() == DONE * 2 + 1;
    } catch (BedException e) {
      return false; // Not within the deadline.
    } catch (IOException e) {
      throw new BedException("%s cannot be written: %s".formatted(firmware, e.getMessage()), e);
    } finally {
      firmware.toFile().delete();
    }
  }

  private List<String> command(String accelerator, Path firmware) {
    return List.of(
        qemu,
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-machine",
        "pc",
        "-accel",
        accelerator,
        "-bios",
        firmware.toString(),
        "-device",
        "isa-debug-exit,iobase=0xf4,iosize=4");
  }
}
