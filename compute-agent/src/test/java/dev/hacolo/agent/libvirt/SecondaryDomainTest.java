package dev.hacolo.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

final class SecondaryDomainTest {
  private static final Path QMP = Path.of("/run/ha-colo/x.qmp");
  private static final Path EVENTS = Path.of("/run/ha-colo/x.ev");

  private static String incoming(String xml) {
    return SecondaryDomain.incoming(xml, QMP, EVENTS);
  }

  private static List<String> arguments(String xml) {
    return DomainXml.all(DomainXml.parse(xml), "commandline/arg").stream()
        .map(arg -> arg.getAttribute("value"))
        .toList();
  }

  @Test
  void itWaitsForTheStateAndHasTwoMonitorsOfTheAgents() {
    assertThat(arguments(incoming(Domains.nova())))
        .containsExactly(
            "-incoming",
            "defer",
            "-chardev",
            "socket,id=hacolo-qmp,path=/run/ha-colo/x.qmp,server=on,wait=off",
            "-mon",
            "chardev=hacolo-qmp,mode=control",
            "-chardev",
            "socket,id=hacolo-events,path=/run/ha-colo/x.ev,server=on,wait=off",
            "-mon",
            "chardev=hacolo-events,mode=control");
  }

  @Test
  void theNodesUnderItsDisksCanBeExchanged() {
    Element domain = DomainXml.parse(incoming(Domains.nova()));
    assertThat(DomainXml.attribute(domain, "override/device", "alias")).isEqualTo("virtio-disk0");
    assertThat(DomainXml.attribute(domain, "override/device/frontend/property", "name"))
        .isEqualTo("share-rw");
  }

  @Test
  void whatTheGuestSeesIsTheSame() {
    String xml = Domains.nova();
    assertThat(DomainReader.describe(incoming(xml), target -> 512))
        .usingRecursiveComparison()
        .ignoringFields("domain")
        .isEqualTo(DomainReader.describe(xml, target -> 512));
    assertThat(incoming(xml)).contains("nova:instance").contains("OpenStack Nova");
  }

  @Test
  void whatIsTheOtherHostsIsLeftOut() {
    assertThat(SecondaryDomain.ordinary(Domains.nova()))
        .doesNotContain("id=\"7\"")
        .doesNotContain("/dev/pts")
        .doesNotContain("5900")
        .doesNotContain("192.0.2.11")
        .doesNotContain("backingStore")
        .doesNotContain("seclabel")
        .doesNotContain("index=\"1\"")
        .contains("address=\"127.0.0.1\"");
  }

  @Test
  void anAddressThatEachHostHasIsKept() {
    assertThat(SecondaryDomain.ordinary(Domains.nova("192.0.2.11", "0.0.0.0")))
        .contains("address=\"0.0.0.0\"");
  }

  @Test
  void vhostIsNotTakenByItself() {
    Element domain = DomainXml.parse(SecondaryDomain.ordinary(Domains.nova()));
    assertThat(DomainXml.attribute(domain, "devices/interface/driver", "name")).isEqualTo("qemu");
  }

  @Test
  void anOrdinaryDomainHasNothingOfOurs() {
    assertThat(SecondaryDomain.ordinary(incoming(Domains.nova())))
        .isEqualTo(SecondaryDomain.ordinary(Domains.nova()));
  }

  /** A survivor of one failover is the primary of the next round. */
  @Test
  void whatWasMadeHereIsTakenAgain() {
    String survivor = incoming(Domains.nova());
    assertThat(DomainCheck.problems(DomainXml.parse(survivor))).isEmpty();
    assertThat(arguments(incoming(survivor))).isEqualTo(arguments(survivor));
  }

  @Test
  void itsFilesAreKnown() {
    String directory = "/var/lib/nova/instances/5a0e3c1e-1111-4222-8333-444455556666/";
    assertThat(SecondaryDomain.images(Domains.nova()))
        .containsExactly(
            new SecondaryDomain.Image("virtio-disk0", "qcow2", Path.of(directory + "disk")));
    assertThat(SecondaryDomain.logs(Domains.nova()))
        .containsExactly(Path.of(directory + "console.log"));
  }
}
