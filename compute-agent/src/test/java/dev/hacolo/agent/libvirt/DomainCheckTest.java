package dev.hacolo.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DomainCheckTest {
  @Test
  void whatNovaMakesIsTaken() {
    assertThat(DomainCheck.problems(DomainXml.parse(Domains.nova()))).isEmpty();
  }

  @Test
  void anEmptyDriveIsTaken() {
    String xml =
        Domains.nova(
            "<controller",
            "<disk type='file' device='cdrom'><target dev='hda' bus='ide'/></disk><controller");
    assertThat(DomainCheck.problems(DomainXml.parse(xml))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<disk type='file' | <disk type='network' | disk vda is of type 'network' (a volume or shared",
        "<disk type='file' | <disk type='block' | disk vda is of type 'block' (a volume or shared",
        "dev='vda' bus='virtio' | dev='sda' bus='scsi' | disk sda is not on the virtio bus",
        "type='qcow2' cache | type='vmdk' cache | disk vda is neither raw nor qcow2",
        "<backingStore/> | <backingStore/></backingStore><shareable/><backingStore> | shareable",
        "<interface type='bridge'> | <interface type='direct'> | is of type 'direct': allowed is a tap",
        "<mtu size='1500'/> | <virtualport type='openvswitch'/> | is in Open vSwitch",
        "<mtu size='1500'/> | <driver name='vhost'/> | uses vhost: QEMU's filters do not see",
        "<mtu size='1500'/> | <driver name='qemu' queues='4'/> | has 4 queues",
        "<controller | <hostdev mode='subsystem'/><controller | a device 'hostdev'",
        "<controller | <tpm model='tpm-crb'/><controller | a device 'tpm'",
        "<boot dev='hd'/> | <nvram>/var/x</nvram> | UEFI variables",
        "type='virtio' heads | type='qxl' heads | does not work with SPICE and qxl",
        "<devices> | <qemu:commandline><qemu:arg value='-x'/></qemu:commandline><devices> | did not write",
        "<controller | <disk type='file' device='cdrom'><source file='/x'/><target dev='hda'/></disk>"
            + "<controller | cdrom hda has a medium",
      })
  void whatIsNotReplicatedIsRefusedWithAReason(String text, String other, String reason) {
    assertThat(DomainCheck.problems(DomainXml.parse(Domains.nova(text, other))))
        .singleElement()
        .asString()
        .contains(reason);
  }

  @Test
  void aDomainWithoutANetworkIsRefused() {
    String xml = Domains.nova().replaceAll("(?s)<interface.*</interface>", "");
    assertThat(DomainCheck.problems(DomainXml.parse(xml)))
        .singleElement()
        .asString()
        .contains("no network interface");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-netdev tap,fd=33,id=hostnet0,vhost=on,vhostfd=34",
        "-netdev {\"type\":\"tap\",\"fd\":\"33\",\"vhost\":true,\"vhostfd\":\"35\",\"id\":\"hostnet0\"}"
      })
  void vhostThatLibvirtChoseByItselfIsSeenInTheCommandLine(String line) {
    assertThat(DomainCheck.vhost(line)).contains("/dev/vhost-net");
  }

  @Test
  void aTapWithoutVhostIsTaken() {
    assertThat(DomainCheck.vhost("-netdev {\"type\":\"tap\",\"fd\":\"33\",\"id\":\"hostnet0\"}"))
        .isEmpty();
  }
}
