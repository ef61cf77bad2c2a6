package dev.hacolo.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.GuestDescription;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DomainReaderTest {
  private static final long SIZE = 64 << 20;

  private static GuestDescription read(String xml) {
    return DomainReader.describe(
        xml,
        target -> {
          assertThat(target).isEqualTo("vda");
          return SIZE;
        });
  }

  @Test
  void aServerOfNovaIsDescribedWithLibvirtsNames() {
    String xml = Domains.nova();
    assertThat(read(xml))
        .isEqualTo(
            new GuestDescription(
                Domains.INSTANCE,
                "instance-00000001",
                "pc-i440fx-7.2",
                "tcg",
                "qemu64",
                2,
                262_144,
                null,
                List.of(
                    new GuestDescription.Nic(
                        "net0",
                        "virtio-net-pci",
                        "52:54:00:12:34:56",
                        "03",
                        "tap5a0e3c1e-11",
                        "brq0")),
                List.of(new GuestDescription.Disk("virtio-disk0", "04", "qcow2", SIZE)),
                xml));
  }

  @Test
  void kvmAndACpuWithoutAModel() {
    String xml =
        Domains.nova("type='qemu' id", "type='kvm' id")
            .replaceAll("<cpu .*</cpu>", "<cpu mode='host-passthrough' check='none'/>");
    assertThat(read(xml).accelerator()).isEqualTo("kvm");
    assertThat(read(xml).cpu()).isEqualTo("host-passthrough");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<domain| libvirt's XML of the domain is broken",
        "<network><name>x</name></network>| libvirt's XML is of a 'network', no domain",
        "<!DOCTYPE domain [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><domain>&x;</domain>| broken",
      })
  void whatIsNoDomainIsOneSentence(String xml, String sentence) {
    assertThatThrownBy(() -> read(xml))
        .isInstanceOf(StepException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void aValueThatIsNotAllowedIsNamed() {
    assertThatThrownBy(() -> read(Domains.nova("tap5a0e3c1e-11", "tap with spaces")))
        .isInstanceOf(StepException.class)
        .hasMessageStartingWith("instance-00000001: nic.tap is 'tap with spaces'");
  }

  @Test
  void allReasonsAreTold() {
    String xml = Domains.nova("<disk type='file'", "<disk type='network'");
    assertThatThrownBy(() -> read(xml.replace("model type='virtio'/>", "model type='ne2k_pci'/>")))
        .hasMessageContaining("disk vda is of type 'network'")
        .hasMessageContaining("interface 52:54:00:12:34:56 is a 'ne2k_pci'");
  }
}
