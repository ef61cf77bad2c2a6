package dev.hacolo.common.api;

import java.util.List;

/**
 * Where a prepared secondary listens for its primary: TCP ports on the secondary host's address.
 *
 * @param address IP address of the secondary host on the replication network
 * @param migrationPort COLO stream
 * @param nbdPort NBD server; exports are called like {@link GuestDescription.Disk#node()}
 * @param packetPort packet link of the agents' own proxies, 0 where the policy is proxy qemu
 * @param nics with proxy qemu, for each NIC in the guest's order the ports of its packet streams
 */
public record SecondaryEndpoints(
    String address, int migrationPort, int nbdPort, int packetPort, List<NicPorts> nics) {

  /** Checks every field. */
  public SecondaryEndpoints {
    Checks.address(address, "address");
    port(migrationPort, "migration_port");
    port(nbdPort, "nbd_port");
    Checks.range(packetPort, 0, 65535, "packet_port");
    nics = List.copyOf(Checks.present(nics, "nics"));
  }

  private static void port(int value, String field) {
    Checks.range(value, 1, 65535, field);
  }

  /**
   * Packet streams of one NIC.
   *
   * @param nic the NIC's id
   * @param inputPort frames that the primary received, towards the secondary
   * @param outputPort frames that the secondary sent, towards the primary
   */
  public record NicPorts(String nic, int inputPort, int outputPort) {
    /** Checks every field. */
    public NicPorts {
      Checks.name(nic, "nic");
      port(inputPort, "input_port");
      port(outputPort, "output_port");
    }
  }
}
