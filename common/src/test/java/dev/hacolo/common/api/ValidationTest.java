package dev.hacolo.common.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong member of a message is answered with one sentence that names it. */
final class ValidationTest {

  /** Changes one member of a sample's JSON; {@code ABSENT} removes it. */
  private static void expect(String sample, String pointer, String json, String sentence)
      throws IOException {
    Object original = Objects.requireNonNull(WireSamples.all().get(sample));
    ObjectNode tree = ApiJson.mapper().valueToTree(original);
    int cut = pointer.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) tree.at(pointer.substring(0, cut));
    String member = pointer.substring(cut + 1);
    if (json.equals("ABSENT")) {
      assertThat(parent.remove(member)).isNotNull();
    } else {
      JsonNode value = ApiJson.mapper().readTree(json);
      parent.set(member, value);
    }
    assertThatThrownBy(() -> ApiJson.mapper().treeToValue(tree, original.getClass()))
        .isInstanceOf(JsonMappingException.class)
        .rootCause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
      /guest/uuid                  | ABSENT   | uuid is missing
      /guest/name                  | "-x"     | name is '-x': allowed are 1 to 128 letters, digits, '.', '_' and '-', not starting with a sign
      /guest/name                  | "a,b"    | name is 'a,b': allowed are 1 to 128 letters, digits, '.', '_' and '-', not starting with a sign
      /guest/machine               | ABSENT   | machine is missing
      /guest/accelerator           | "xen"    | accelerator is 'xen': allowed is kvm or tcg
      /guest/cpu                   | "a b"    | cpu is 'a b': allowed is a QEMU CPU model with flags
      /guest/vcpus                 | 0        | vcpus is 0: allowed is 1 to 512
      /guest/vcpus                 | ABSENT   | vcpus is 0: allowed is 1 to 512
      /guest/memory_kib            | 1024     | memory_kib is 1024: allowed is 16384 to 17179869184
      /guest/nics                  | ABSENT   | nics is missing
      /guest/nics                  | []       | number of nics is 0: allowed is 1 to 16
      /guest/disks                 | ABSENT   | disks is missing
      /guest/boot/kernel           | "k"      | boot.kernel is 'k': allowed is an absolute path
      /guest/boot/initrd           | "/a,b"   | boot.initrd is '/a,b': allowed is an absolute path
      /guest/boot/append           | ABSENT   | boot.append is missing
      /guest/nics/0/id             | ""       | nic.id is '': allowed are 1 to 128 letters, digits, '.', '_' and '-', not starting with a sign
      /guest/nics/0/model          | "ne2k"   | nic.model is 'ne2k': allowed is virtio-net-pci|e1000|e1000e|rtl8139
      /guest/nics/0/mac            | "52:54"  | nic.mac is '52:54': allowed is six pairs of lower-case hex digits with colons
      /guest/nics/0/pci_address    | "4x"     | nic.pci_address is '4x': allowed is slot or slot.function in hex
      /guest/nics/0/tap            | "a;b"    | nic.tap is 'a;b': allowed is an interface name of at most 15 characters
      /guest/nics/0/bridge         | "abcdefghijklmnop" | nic.bridge is 'abcdefghijklmnop': allowed is an interface name of at most 15 characters
      /guest/disks/0/format        | "vmdk"   | disk.format is 'vmdk': allowed is raw or qcow2
      /guest/disks/0/size_bytes    | 513      | disk.size_bytes is 513: allowed is a multiple of 512
      /guest/disks/0/size_bytes    | 0        | disk.size_bytes is 0: allowed is 512 to 1125899906842624
      /guest/disks/0/id            | "net0"   | device id 'net0' is used twice: each NIC and disk needs an id of its own
      """)
  void guests(String pointer, String json, String sentence) throws IOException {
    expect("session-order-secondary", pointer, json, sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      textBlock =
          """
      session-order-primary   | /pair_id         | ABSENT | pair_id is missing
      session-order-primary   | /instance_uuid   | ABSENT | instance_uuid is missing
      session-order-primary   | /generation      | ABSENT | generation is 0: allowed is 1 to 9223372036854775807
      session-order-primary   | /target          | ABSENT | target is missing
      session-order-primary   | /endpoints       | ABSENT | endpoints is missing
      session-order-primary   | /peer            | ABSENT | peer is missing
      session-order-secondary | /guest           | ABSENT | guest is missing
      session-order-secondary | /peer            | ABSENT | peer is missing
      session-order-primary   | /peer/host       | "a b"  | peer.host is 'a b': allowed are 1 to 128 letters, digits, '.', '_' and '-', not starting with a sign
      session-order-primary   | /peer/address    | ABSENT | peer.address is missing
      session-order-primary   | /peer/peer_port  | 0      | peer.peer_port is 0: allowed is 1 to 65535
      session-order-primary   | /endpoints/address        | ABSENT | address is missing
      session-order-primary   | /endpoints/address        | "a;b"  | address is 'a;b': allowed is an IP address
      session-order-primary   | /endpoints/migration_port | 65536  | migration_port is 65536: allowed is 1 to 65535
      session-order-primary   | /endpoints/nbd_port       | ABSENT | nbd_port is 0: allowed is 1 to 65535
      session-order-primary   | /endpoints/nics           | ABSENT | nics is missing
      session-order-primary   | /endpoints/nics/0/nic     | ABSENT | nic is missing
      session-order-primary   | /endpoints/nics/0/input_port  | 0  | input_port is 0: allowed is 1 to 65535
      session-order-primary   | /endpoints/nics/0/output_port | -1 | output_port is -1: allowed is 1 to 65535
      session-order-primary   | /policy/proxy             | "x"    | policy.proxy is 'x': allowed is one of [ha-colo, qemu]
      session-order-primary   | /policy/release           | "x"    | policy.release is 'x': allowed is one of [all, compare, provenance, strict]
      session-order-primary   | /policy/max_hold_ms       | 0      | policy.max_hold_ms is 0: allowed is 1 to 60000
      session-order-primary   | /policy/max_pause_percent | 91     | policy.max_pause_percent is 91: allowed is 1 to 90
      session-order-primary   | /policy/max_pause_percent | ABSENT | policy.max_pause_percent is 0: allowed is 1 to 90
      session-order-primary   | /endpoints/packet_port    | 65536  | packet_port is 65536: allowed is 0 to 65535
      session-order-primary   | /policy/max_checkpoint_interval_ms | 99 | policy.max_checkpoint_interval_ms is 99: allowed is 100 to 600000
      session-report          | /disk_percent    | 101    | disk_percent is 101: allowed is 0 to 100
      session-report          | /ram_percent     | -1     | ram_percent is -1: allowed is 0 to 100
      session-report          | /phase           | ABSENT | phase is missing
      session-report          | /checkpoints     | -1     | checkpoints is -1: allowed is 0 to 9223372036854775807
      session-report          | /checkpoint_summary/generation | 0      | checkpoint_summary.generation is 0: allowed is 1 to 9223372036854775807
      session-report          | /checkpoint_summary/causes     | ABSENT | causes is missing
      session-report          | /checkpoint_summary/causes     | {"A b": 1} | cause is 'A b': allowed is lower-case letters and '_'
      session-report          | /checkpoint_summary/causes     | {"a": -1}  | causes.a is -1: allowed is 0 to 9223372036854775807
      session-report          | /checkpoint_summary/causes     | {"a": null} | causes.a is missing
      session-report          | /checkpoint_summary/covered_ms | -1     | covered_ms is -1: allowed is 0 to 9223372036854775807
      session-report          | /checkpoint_summary/pause_max_us | -1   | pause_max_us is -1: allowed is 0 to 9223372036854775807
      host-report             | /host            | "../x" | host is '../x': allowed are 1 to 128 letters, digits, '.', '_' and '-', not starting with a sign
      host-report             | /incarnation     | ABSENT | incarnation is missing
      host-report             | /peer_port       | 0      | peer_port is 0: allowed is 1 to 65535
      host-report             | /capacity/cpus   | 0      | cpus is 0: allowed is 1 to 65536
      host-report             | /problems        | ABSENT | problems is missing
      host-report             | /guests          | ABSENT | guests is missing
      host-report             | /sessions        | ABSENT | sessions is missing
      host-report             | /guests/0/description | ABSENT | description is missing
      claim                   | /nonce           | ABSENT | nonce is missing
      claim                   | /kind            | ABSENT | kind is missing
      claim                   | /generation      | 0      | generation is 0: allowed is 1 to 9223372036854775807
      claim-decision          | /verdict         | ABSENT | verdict is missing
      claim-decision          | /reason          | ABSENT | reason is missing
      """)
  void messages(String sample, String pointer, String json, String sentence) throws IOException {
    expect(sample, pointer, json, sentence);
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.1", "::1", "2001:db8::12", "fe80::1"})
  void endpointsTakeBothFamilies(String address) {
    SecondaryEndpoints given = WireSamples.endpoints();
    assertThat(
            new SecondaryEndpoints(
                    address,
                    given.migrationPort(),
                    given.nbdPort(),
                    given.packetPort(),
                    given.nics())
                .address())
        .isEqualTo(address);
  }

  @Test
  void listsCannotBeChangedFromOutside() {
    assertThatThrownBy(() -> WireSamples.guest().nics().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void anOrderWithoutPolicyHasTheDefaults() {
    SessionOrder order =
        (SessionOrder) Objects.requireNonNull(WireSamples.all().get("session-order-solo"));
    assertThat(order.policyOrDefault())
        .isEqualTo(new SessionPolicy("ha-colo", "strict", 10_000, 500, 20, 0));
  }

  @Test
  void aSummaryKnowsItsMeanAndShare() {
    CheckpointSummary summary = new CheckpointSummary(1, 10_000, 4, Map.of(), 500_000, 200_000);
    assertThat(summary.pauseMeanUs()).isEqualTo(125_000);
    assertThat(summary.pausedPercent()).isEqualTo(5.0);
    CheckpointSummary none = new CheckpointSummary(1, 0, 0, Map.of(), 0, 0);
    assertThat(none.pauseMeanUs()).isZero();
    assertThat(none.pausedPercent()).isZero();
  }

  @Test
  void diskBytesAreSummed() {
    assertThat(WireSamples.guest().diskBytes()).isEqualTo(1L << 30);
  }
}
