package dev.hacolo.agent.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.qemu.Names;
import dev.hacolo.agent.testing.Guests;
import dev.hacolo.agent.testing.Scripts;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.GuestDescription.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With scripts in the place of qemu, qemu-img and ip that write down how they were called. */
final class SecondaryBuilderTest {
  private static final UUID INSTANCE = new UUID(2, 2);

  private final Path root;
  private final Path calls;
  private final GuestDescription guest = Guests.large(INSTANCE);

  SecondaryBuilderTest(@TempDir Path root) {
    this.root = root;
    this.calls = root.resolve("calls");
  }

  private String script(String name, String body) throws IOException {
    return Scripts.write(
            root.resolve(name), "echo \"%s $*\" >> %s\n%s\n".formatted(name, calls, body))
        .toString();
  }

  private SecondaryBuilder builder(String qemuBody, String imageBody) throws IOException {
    return new SecondaryBuilder(
        script("qemu", qemuBody),
        script("qemu-img", imageBody),
        script("ip", ""),
        root.resolve("instances"),
        root.resolve("run"));
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(calls);
  }

  @Test
  void imagesComeFirstThenQemuThenTheTapsStillDown() throws IOException {
    SecondaryBuilder builder = builder("", "");
    builder.start(guest);
    String directory = root.resolve("instances").resolve(INSTANCE.toString()).toString();
    assertThat(calls().subList(0, 6))
        .containsExactly(
            "qemu-img create -q -f raw %s/disk-vd0.raw 1048576".formatted(directory),
            "qemu-img create -q -f qcow2 %s/active-vd0.qcow2 1048576".formatted(directory),
            "qemu-img create -q -f qcow2 %s/hidden-vd0.qcow2 1048576".formatted(directory),
            "qemu-img create -q -f qcow2 %s/disk-vd1.qcow2 2097152".formatted(directory),
            "qemu-img create -q -f qcow2 %s/active-vd1.qcow2 2097152".formatted(directory),
            "qemu-img create -q -f qcow2 %s/hidden-vd1.qcow2 2097152".formatted(directory));
    assertThat(calls().get(6)).startsWith("qemu -name g,debug-threads=on");
    assertThat(calls().subList(7, 9))
        .containsExactly(
            "ip link set dev tap0 down master br0", "ip link set dev tap1 down master br1");
    builder.openTaps(guest);
    assertThat(calls().subList(9, 11))
        .containsExactly("ip link set dev tap0 up", "ip link set dev tap1 up");
  }

  @Test
  void aFullDiskIsOneSentenceAndNoQemuIsStarted() throws IOException {
    SecondaryBuilder builder =
        builder("", "echo 'Could not resize file: No space left on device' >&2; exit 1");
    assertThatThrownBy(() -> builder.start(guest))
        .isInstanceOf(StepException.class)
        .hasMessageEndingWith("failed: Could not resize file: No space left on device");
    assertThat(calls()).hasSize(1);
  }

  @Test
  void aGuestThatIsLargerThanTheRoomIsRefusedBeforeAnythingIsMade() throws IOException {
    GuestDescription huge =
        new GuestDescription(
            INSTANCE,
            "g",
            "pc",
            "tcg",
            "qemu64",
            1,
            65_536,
            null,
            guest.nics(),
            List.of(new Disk("vd0", "06", "raw", 1L << 50)));
    SecondaryBuilder builder = builder("", "");
    assertThatThrownBy(() -> builder.start(huge))
        .hasMessageContaining(
            "MiB free, the guest's disks need 1073741824 MiB: make room or move instances.directory");
    assertThat(calls).doesNotExist();
  }

  @Test
  void aQemuThatFailsIsOneSentenceWithAdvice() throws IOException {
    SecondaryBuilder builder = builder("echo 'could not open /dev/net/tun' >&2; exit 1", "");
    assertThatThrownBy(() -> builder.start(guest))
        .hasMessageStartingWith(
            "QEMU did not start: could not open /dev/net/tun; the agent needs CAP_NET_ADMIN");
  }

  @Test
  void removingLeavesNothingOfTheInstanceAndAllOfTheOthers() throws IOException {
    SecondaryBuilder builder = builder("", "");
    builder.start(guest);
    SecondaryFiles files = builder.files(INSTANCE);
    builder.markUncommitted(INSTANCE);
    Files.writeString(files.disk(guest.disks().get(0)), "x");
    Files.writeString(files.pidFile(), "1");
    Path socket = root.resolve("run").resolve(Names.socketPrefix(INSTANCE) + "priout-net0");
    Files.writeString(socket, "");
    Path other = Files.writeString(root.resolve("run").resolve("ffffffff-ha-priout-net0"), "");
    builder.remove(INSTANCE);
    builder.remove(INSTANCE);
    assertThat(files.directory()).doesNotExist();
    assertThat(files.pidFile()).doesNotExist();
    assertThat(socket).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void aPromotedGuestIsUnsettledUntilItsOverlaysAreGone() throws IOException {
    SecondaryBuilder builder = builder("", "");
    builder.start(guest);
    SecondaryFiles files = builder.files(INSTANCE);
    for (Disk disk : guest.disks()) {
      Files.writeString(files.disk(disk), "d");
      Files.writeString(files.active(disk), "a");
      Files.writeString(files.hidden(disk), "h");
    }
    assertThat(builder.isUncommitted(INSTANCE)).isFalse();
    builder.markUncommitted(INSTANCE);
    builder.markUncommitted(INSTANCE);
    assertThat(builder.isUncommitted(INSTANCE)).isTrue();
    builder.adopt(guest);
    assertThat(builder.isUncommitted(INSTANCE)).isFalse();
    try (var left = Files.list(files.directory())) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("disk-vd0.raw", "disk-vd1.qcow2", "qemu.log");
    }
    assertThat(builder.descriptor(guest))
        .isEqualTo(
            new Descriptor(
                guest,
                files.qmpSocket().toString(),
                Map.of(
                    "vd0", files.disk(guest.disks().get(0)).toString(),
                    "vd1", files.disk(guest.disks().get(1)).toString())));
  }
}
