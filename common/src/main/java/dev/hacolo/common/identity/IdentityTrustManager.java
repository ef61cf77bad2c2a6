package dev.hacolo.common.identity;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts certificates of one CA whose {@link PeerIdentity} is allowed. It stands in for the check
 * of host names: who a peer is, its certificate says, wherever it listens. Thread-safe.
 */
public final class IdentityTrustManager extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager chain;
  private final Predicate<PeerIdentity> allowed;

  private IdentityTrustManager(X509ExtendedTrustManager chain, Predicate<PeerIdentity> allowed) {
    this.chain = chain;
    this.allowed = allowed;
  }

  /**
   * Reads a CA.
   *
   * @param ca PEM file with one or more CA certificates
   * @param allowed which identities may be at the other end
   */
  public static IdentityTrustManager of(Path ca, Predicate<PeerIdentity> allowed)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int index = 0;
    try (InputStream in = Files.newInputStream(ca)) {
      for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + index++, c);
      }
    }
    if (index == 0) {
      throw new CertificateException("no certificate in " + ca);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager x509) {
        return new IdentityTrustManager(x509, allowed);
      }
    }
    throw new GeneralSecurityException("no X.509 trust manager in this Java runtime");
  }

  /** The same CA with another rule; reads no file. */
  public IdentityTrustManager allowing(Predicate<PeerIdentity> other) {
    return new IdentityTrustManager(chain, other);
  }

  private void checkIdentity(X509Certificate[] certificates) throws CertificateException {
    PeerIdentity identity =
        PeerIdentity.of(certificates[0])
            .orElseThrow(
                () ->
                    new CertificateException(
                        "the certificate '%s' names no role and name (OU and CN)"
                            .formatted(certificates[0].getSubjectX500Principal())));
    if (!allowed.test(identity)) {
      throw new CertificateException(
          "the certificate of %s '%s' is not the one expected here"
              .formatted(identity.role(), identity.name()));
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] certificates, String type, Socket socket)
      throws CertificateException {
    chain.checkClientTrusted(certificates, type, socket);
    checkIdentity(certificates);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] certificates, String type, Socket socket)
      throws CertificateException {
    chain.checkServerTrusted(certificates, type, socket);
    checkIdentity(certificates);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] certificates, String type, SSLEngine engine)
      throws CertificateException {
    chain.checkClientTrusted(certificates, type, engine);
    checkIdentity(certificates);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] certificates, String type, SSLEngine engine)
      throws CertificateException {
    chain.checkServerTrusted(certificates, type, engine);
    checkIdentity(certificates);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] certificates, String type)
      throws CertificateException {
    chain.checkClientTrusted(certificates, type);
    checkIdentity(certificates);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] certificates, String type)
      throws CertificateException {
    chain.checkServerTrusted(certificates, type);
    checkIdentity(certificates);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return chain.getAcceptedIssuers();
  }
}
