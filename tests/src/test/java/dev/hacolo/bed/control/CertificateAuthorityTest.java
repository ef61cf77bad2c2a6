package dev.hacolo.bed.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.identity.PeerIdentity;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
  @TempDir private Path directory = Path.of("/");

  @Test
  void certificatesTellRoleNameAndAddressAndAreSignedByTheCa() throws Exception {
    CertificateAuthority authority = new CertificateAuthority(directory);
    var tls = authority.issue(PeerIdentity.Role.AGENT, "node-a", "10.78.0.1");
    X509Certificate certificate = read(tls.certificate());
    assertThat(PeerIdentity.of(certificate))
        .contains(new PeerIdentity(PeerIdentity.Role.AGENT, "node-a"));
    certificate.verify(read(tls.ca()).getPublicKey());
    assertThat(certificate.getSubjectAlternativeNames().toString())
        .contains("10.78.0.1")
        .contains("node-a");
    assertThat(Files.readString(tls.key())).startsWith("-----BEGIN PRIVATE KEY-----");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tls.key())))
        .isEqualTo("rw-------");
  }

  private static X509Certificate read(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
