package dev.hacolo.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.driver.GuestDriver;
import dev.hacolo.agent.driver.GuestDriverContract;
import dev.hacolo.agent.driver.SecondaryVm;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.qmp.QmpException;
import dev.hacolo.agent.testing.FakeQemu;
import dev.hacolo.agent.testing.Guests;
import dev.hacolo.agent.testing.Scripts;
import dev.hacolo.common.api.GuestDescription;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibvirtDriverTest extends GuestDriverContract {
  private final Path root;
  private final FakeLibvirt libvirt;
  private final LibvirtDriver driver;

  LibvirtDriverTest(@TempDir Path root) throws IOException {
    this.root = root;
    libvirt = closing(new FakeLibvirt(root));
    String image = Scripts.write(root.resolve("img"), "touch \"$5\"\n").toString();
    String ip = Scripts.write(root.resolve("ip"), "echo \"$@\" >>\"$0.log\"\n").toString();
    driver =
        new LibvirtDriver(
            loop().vertx(),
            libvirt,
            root.resolve("overlays"),
            root.resolve("run"),
            new LibvirtDriver.Programs(image, ip));
  }

  @Override
  protected GuestDriver driver() {
    return driver;
  }

  /** The images are below the test's directory. */
  private String xml(UUID uuid) {
    return Domains.nova("/var/lib/nova", root.resolve("nova").toString())
        .replace(Domains.INSTANCE.toString(), uuid.toString());
  }

  @Override
  protected GuestDescription description(UUID uuid) {
    return DomainReader.describe(xml(uuid), target -> 1 << 20);
  }

  @Override
  protected FakeQemu guest(UUID uuid, boolean running) {
    return libvirt.start(uuid, xml(uuid), running);
  }

  private SecondaryVm start(UUID uuid) {
    return loop().get(() -> driver.startSecondary(description(uuid)));
  }

  @Override
  protected ColoVm secondary(UUID uuid) {
    return start(uuid).vm();
  }

  private List<Path> files(String directory) throws IOException {
    if (!Files.exists(root.resolve(directory))) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(root.resolve(directory))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void aSecondaryHasItsImagesItsOverlaysAndItsTapsDown() throws IOException {
    SecondaryVm secondary = start(ONE);
    GuestDescription.Disk disk = description(ONE).disks().get(0);
    assertThat(secondary.active().apply(disk)).exists();
    assertThat(secondary.hidden().apply(disk)).exists();
    assertThat(files("nova")).extracting(f -> f.getFileName().toString()).containsExactly("disk");
    assertThat(Files.readString(root.resolve("ip.log")))
        .isEqualTo("link set dev tap5a0e3c1e-11 down\n");
    loop().get(() -> driver.openTaps(description(ONE)).map(true));
    assertThat(Files.readString(root.resolve("ip.log")))
        .endsWith("link set dev tap5a0e3c1e-11 up\n");
  }

  @Test
  void aRemovedSecondaryLeavesNothing() throws IOException {
    ColoVm vm = secondary(ONE);
    loop().get(() -> driver.removeSecondary(ONE).map(true));
    loop().get(() -> vm.qmp().closed().map(true));
    assertThat(libvirt.active()).isEmpty();
    assertThat(files("nova")).isEmpty();
    assertThat(files("overlays")).isEmpty();
    assertThat(files("run")).isEmpty();
    loop().get(() -> driver.removeSecondary(ONE).map(true));
  }

  @Test
  void anAdoptedDomainIsDefinedAndHasNoOverlays() throws IOException {
    ColoVm vm = secondary(ONE);
    loop().get(() -> driver.promoting(vm).map(true));
    loop().get(() -> driver.adopt(vm).map(true));
    assertThat(libvirt.log()).containsExactly("create " + ONE, "define " + ONE);
    assertThat(files("overlays")).noneMatch(f -> f.toString().endsWith(".qcow2"));
    assertThat(files("nova")).hasSize(1);
  }

  /** After a failover it was a primary; now it is to be a secondary again. */
  @Test
  void whatWasPromotedHereGivesWayToANewSecondary() {
    ColoVm vm = secondary(ONE);
    loop().get(() -> driver.promoting(vm).map(true));
    loop().get(() -> driver.adopt(vm).map(true));
    loop().get(() -> driver.kill(ONE).map(true));
    secondary(ONE);
    assertThat(guests()).isEmpty();
  }

  @Test
  void aGuestOfAnotherDriverIsRefused() {
    assertThat(loop().failure(() -> driver.startSecondary(Guests.small(ONE))))
        .hasMessage("g is no libvirt domain: the agents of a pair need the same driver");
  }

  @Test
  void aDomainThatCannotBeProtectedSaysWhyWhenItIsOpened() {
    libvirt.start(ONE, xml(ONE).replace("<disk type='file'", "<disk type='network'"), true);
    assertThat(guests()).isEmpty();
    assertThat(loop().failure(() -> driver.open(ONE)))
        .hasMessageContaining("disk vda is of type 'network'");
  }

  @Test
  void removingASecondaryLeavesTheDomainsOfOthersAlone() {
    guest(ONE, true);
    loop().get(() -> driver.removeSecondary(ONE).map(true));
    assertThat(libvirt.active()).hasSize(1);
    assertThat(libvirt.log()).isEmpty();
  }

  @Test
  void aLibvirtdThatIsAwayIsNotTheEndOfItsGuests() {
    guest(ONE, true);
    ColoVm vm = loop().get(() -> driver.open(ONE));
    assertThat(guests()).hasSize(1);
    libvirt.away(true);
    assertThat(guests()).hasSize(1);
    assertThat(loop().failure(vm::running))
        .isInstanceOfSatisfying(
            QmpException.class, e -> assertThat(e.kind()).isEqualTo(QmpException.Kind.TIMEOUT))
        .hasMessageContaining("Connection reset by peer");
    assertThat(loop().call(() -> vm.qmp().isOpen())).isTrue();
    libvirt.away(false);
    assertThat(loop().<Boolean>get(vm::running)).isTrue();
  }

  @Test
  void withoutLibvirtdAVmThatNobodyKnowsMayStillRun() {
    libvirt.away(true);
    assertThat(loop().failure(() -> driver.kill(ONE)))
        .hasMessageContaining("the instance %s may still run".formatted(ONE));
  }

  @Test
  void withoutLibvirtdAQemuThatIsKnownIsKilled() {
    guest(ONE, true);
    ColoVm vm = loop().get(() -> driver.open(ONE));
    libvirt.away(true);
    loop().get(() -> driver.kill(ONE).map(true));
    loop().get(() -> vm.qmp().closed().map(true));
  }

  @Test
  void eventsComeThroughLibvirt() throws InterruptedException {
    FakeQemu qemu = guest(ONE, true);
    ColoVm vm = loop().get(() -> driver.open(ONE));
    BlockingQueue<String> seen = new ArrayBlockingQueue<>(10);
    loop().run(() -> vm.qmp().listen(event -> seen.add(event.name() + event.data())));
    qemu.monitor().event("BLOCK_JOB_READY", new JsonObject().put("device", "x"));
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("BLOCK_JOB_READY{\"device\":\"x\"}");
  }

  @Test
  void whatQemuRefusesIsRefused() {
    FakeQemu qemu = guest(ONE, true);
    ColoVm vm = loop().get(() -> driver.open(ONE));
    qemu.refuse(line -> true);
    assertThat(loop().failure(vm::running))
        .isInstanceOfSatisfying(
            QmpException.class, e -> assertThat(e.kind()).isEqualTo(QmpException.Kind.REFUSED))
        .hasMessage("instance-00000001: query-status: refused by the test");
  }

  @Test
  void aClosedMonitorListensNoMore() {
    FakeQemu qemu = guest(ONE, true);
    ColoVm vm = loop().get(() -> driver.open(ONE));
    assertThat(libvirt.isListenedTo(ONE)).isTrue();
    qemu.close();
    loop().get(() -> vm.qmp().closed().map(true));
    assertThat(libvirt.isListenedTo(ONE)).isFalse();
    assertThat(loop().failure(() -> vm.qmp().command("query-status")))
        .hasMessage("instance-00000001: query-status: the domain has ended");
  }
}
