package dev.hacolo.common.api;

/**
 * The other agent of a pair.
 *
 * @param host its host name, which its certificate must carry
 * @param address its IP address on the replication network
 * @param peerPort TCP port of its peer link
 */
public record PeerAddress(String host, String address, int peerPort) {
  /** Checks every field. */
  public PeerAddress {
    Checks.name(host, "peer.host");
    Checks.address(address, "peer.address");
    Checks.range(peerPort, 1, 65535, "peer.peer_port");
  }
}
