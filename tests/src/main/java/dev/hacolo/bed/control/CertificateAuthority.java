package dev.hacolo.bed.control;

import dev.hacolo.bed.process.Command;
import dev.hacolo.common.identity.PeerIdentity;
import java.nio.file.Path;
import java.util.Locale;

/** The run's own CA, made with openssl; certificates are valid for two days. */
public final class CertificateAuthority {
  private static final String DAYS = "2";

  private final Path directory;

  /**
   * A certificate and its private key, PEM.
   *
   * @param ca the CA's certificate
   * @param certificate the certificate
   * @param key the key, PKCS #8, mode 0600
   */
  public record Credentials(Path ca, Path certificate, Path key) {}

  /** Makes a CA in a directory that exists. */
  public CertificateAuthority(Path directory) {
    this.directory = directory;
    Command.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        DAYS,
        "-subj",
        "/O=ha-colo demo/CN=ha-colo demo CA",
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
        "-keyout",
        path("ca.key"),
        "-out",
        path("ca.pem"));
  }

  /** The CA's certificate. */
  public Path certificate() {
    return directory.resolve("ca.pem");
  }

  /**
   * Makes a certificate whose subject tells role and name, as {@link PeerIdentity} reads it.
   *
   * @param address IP address that the holder may be reached at
   */
  public Credentials issue(PeerIdentity.Role role, String name, String address) {
    String unit = role.name().toLowerCase(Locale.ROOT);
    String file = unit + "-" + name;
    Command.run(
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/OU=%s/CN=%s".formatted(unit, name),
        "-addext",
        "subjectAltName=IP:%s,DNS:%s".formatted(address, name),
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-addext",
        "keyUsage=digitalSignature",
        "-addext",
        "extendedKeyUsage=serverAuth,clientAuth",
        "-keyout",
        path(file + ".key"),
        "-out",
        path(file + ".csr"));
    Command.run(
        "openssl",
        "x509",
        "-req",
        "-days",
        DAYS,
        "-in",
        path(file + ".csr"),
        "-CA",
        path("ca.pem"),
        "-CAkey",
        path("ca.key"),
        "-CAcreateserial",
        "-copy_extensions",
        "copyall",
        "-out",
        path(file + ".pem"));
    return new Credentials(
        certificate(), directory.resolve(file + ".pem"), directory.resolve(file + ".key"));
  }

  private String path(String file) {
    return directory.resolve(file).toString();
  }
}
