package dev.hacolo.service.config;

import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;

/**
 * The service's identity, PEM files.
 *
 * @param ca certificates of the deployment's own CA; only what it signed is trusted
 * @param certificate the service's certificate with its chain
 * @param key the service's private key, PKCS #8
 */
public record TlsConfig(Path ca, Path certificate, Path key) {
  /** Own certificate and key, for Vert.x. */
  public PemKeyCertOptions identity() {
    return new PemKeyCertOptions().setCertPath(certificate.toString()).setKeyPath(key.toString());
  }

  /** Trust in the deployment's CA and nobody else, for Vert.x. */
  public PemTrustOptions trust() {
    return new PemTrustOptions().addCertPath(ca.toString());
  }
}
