package dev.hacolo.agent.host;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether an accelerator really runs guests, by letting one run: a firmware that counts down
 * from 2^25 and then ends QEMU with a status of its own. A device file proves nothing, nor does a
 * handful of instructions: there are hosts whose KVM emulates each of them, and on which no kernel
 * ever boots. Native execution takes some 30 ms, TCG 200 ms, such an emulation many minutes.
 *
 * <p>A host that is itself emulated, as for tests, needs longer than the 5 s that the probe has:
 * the system property {@code hacolo.kvm_probe_seconds}.
 */
public final class KvmProbe {
  private static final Logger LOG = LoggerFactory.getLogger(KvmProbe.class);
  private static final Duration DEADLINE =
      Duration.ofSeconds(Math.max(1, Integer.getInteger("hacolo.kvm_probe_seconds", 5)));
  private static final int FIRMWARE_BYTES = 64 << 10;
  private static final int RESET_VECTOR = FIRMWARE_BYTES - 16;

  /** 16-bit code: mov ecx, 0x2000000; dec ecx; jnz to the dec; mov al, 0x2a; out 0xf4, al; hlt. */
  private static final byte[] CODE =
      HexFormat.of().parseHex("66b900000002" + "6649" + "75fc" + "b02a" + "e6f4" + "f4");

  /** isa-debug-exit ends QEMU with (value << 1) | 1. */
  private static final int EXPECTED = (0x2a << 1) | 1;

  private KvmProbe() {}

  static boolean runsGuests(String qemu, Path scratch) {
    return runs(qemu, scratch, "kvm");
  }

  /** The same with any accelerator; what TCG runs must pass, or the probe itself is wrong. */
  public static boolean runs(String qemu, Path scratch, String accelerator) {
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
