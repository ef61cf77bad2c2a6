package dev.hacolo.bed.openstack;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the stand-in listens and how.
 *
 * @param address IP address to listen on, also the one in the catalog
 * @param port TCP port, 0 = any free one
 * @param tls certificate and key, empty = plain HTTP
 */
public record StandInOptions(String address, int port, Optional<Tls> tls) {

  /**
   * PEM files of the server's certificate (with its chain) and private key (PKCS #8).
   *
   * @param certificate the certificate
   * @param key its key
   */
  public record Tls(Path certificate, Path key) {}

  /** Plain HTTP on 127.0.0.1, any free port. */
  public static StandInOptions loopback() {
    return on("127.0.0.1", 0);
  }

  /** Plain HTTP on an address. */
  public static StandInOptions on(String address, int port) {
    return new StandInOptions(address, port, Optional.empty());
  }

  /** The same over TLS. */
  public StandInOptions with(Tls pem) {
    return new StandInOptions(address, port, Optional.of(pem));
  }
}
