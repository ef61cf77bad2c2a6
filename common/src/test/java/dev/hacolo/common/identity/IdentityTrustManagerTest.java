package dev.hacolo.common.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.common.identity.PeerIdentity.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdentityTrustManagerTest {
  private final Path directory;
  private final TestCa ca;
  private final IdentityTrustManager agents;

  IdentityTrustManagerTest(@TempDir Path directory) throws GeneralSecurityException, IOException {
    this.directory = directory;
    ca = new TestCa(directory, "ca");
    agents = IdentityTrustManager.of(ca.pemFile(), id -> id.role() == Role.AGENT);
  }

  private void check(IdentityTrustManager trust, TestCa signer, String subject) throws Exception {
    X509Certificate[] chain = {signer.certificate(subject)};
    trust.checkServerTrusted(chain, "ECDHE_ECDSA");
    trust.checkClientTrusted(chain, "EC");
  }

  @Test
  void theRightRoleOfTheRightCaIsTrusted() {
    assertThatCode(() -> check(agents, ca, "CN=compute-1,OU=agent")).doesNotThrowAnyException();
  }

  @Test
  void anotherCaIsNotTrusted() throws Exception {
    TestCa other = new TestCa(directory, "other");
    assertThatThrownBy(() -> check(agents, other, "CN=compute-1,OU=agent"))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void anotherRoleIsNotTrustedAndNamed() {
    assertThatThrownBy(() -> check(agents, ca, "CN=root,OU=operator"))
        .isInstanceOf(CertificateException.class)
        .hasMessage("the certificate of OPERATOR 'root' is not the one expected here");
  }

  @Test
  void aCertificateWithoutIdentityIsNotTrusted() {
    assertThatThrownBy(() -> check(agents, ca, "CN=x"))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("names no role and name");
  }

  @Test
  void oneReadingOfTheCaServesManyRules() {
    IdentityTrustManager one = agents.allowing(id -> id.name().equals("compute-1"));
    assertThatCode(() -> check(one, ca, "CN=compute-1,OU=agent")).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(one, ca, "CN=compute-2,OU=agent"))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void itsIssuersAreTheCas() {
    assertThat(agents.getAcceptedIssuers())
        .extracting(c -> c.getSubjectX500Principal().getName())
        .containsExactly("CN=ca");
  }

  @Test
  void aFileWithoutCertificateIsRefusedAtStart() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    assertThatThrownBy(() -> IdentityTrustManager.of(empty, id -> true))
        .isInstanceOf(GeneralSecurityException.class);
  }
}
