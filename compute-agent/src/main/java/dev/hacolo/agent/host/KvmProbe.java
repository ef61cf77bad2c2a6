package dev.hacolo.agent.host;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether /dev/kvm really runs guests: one that exists and opens may not. Runs a firmware of
 * five bytes that leaves QEMU with a status of its own.
 */
final class KvmProbe {
  private static final Logger LOG = LoggerFactory.getLogger(KvmProbe.class);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int FIRMWARE_BYTES = 64 << 10;
  private static final int RESET_VECTOR = FIRMWARE_BYTES - 16;

  /** mov al, 0x2a; out 0xf4, al; hlt. */
  private static final byte[] CODE = {(byte) 0xb0, 0x2a, (byte) 0xe6, (byte) 0xf4, (byte) 0xf4};

  /** isa-debug-exit ends QEMU with (value << 1) | 1. */
  private static final int EXPECTED = (0x2a << 1) | 1;

  private KvmProbe() {}

  static boolean runsGuests(String qemu, Path scratch) {
    return runs(qemu, scratch, "kvm");
  }

  /** The same with any accelerator; what TCG runs must pass, or the probe itself is wrong. */
  static boolean runs(String qemu, Path scratch, String accelerator) {
    try {
      Files.createDirectories(scratch);
      Path firmware = Files.createTempFile(scratch, "kvm-probe", ".bin");
      try {
        Files.write(firmware, firmware());
        return Commands.run(command(qemu, firmware, accelerator), DEADLINE).status() == EXPECTED;
      } finally {
        Files.deleteIfExists(firmware);
      }
    } catch (IOException | StepException e) {
      LOG.info("accelerator {} runs no guest: {}", accelerator, e.getMessage());
      return false;
    }
  }

  private static byte[] firmware() {
    byte[] image = new byte[FIRMWARE_BYTES];
    Arrays.fill(image, (byte) 0xf4);
    System.arraycopy(CODE, 0, image, RESET_VECTOR, CODE.length);
    return image;
  }

  private static List<String> command(String qemu, Path firmware, String accelerator) {
    return List.of(
        qemu,
        "-accel",
        accelerator,
        "-machine",
        "pc",
        "-m",
        "16",
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-no-reboot",
        "-bios",
        firmware.toString(),
        "-device",
        "isa-debug-exit,iobase=0xf4,iosize=0x1");
  }
}
