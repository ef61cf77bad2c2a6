package dev.hacolo.common.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.identity.PeerIdentity.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerIdentityTest {
  private final TestCa ca;

  PeerIdentityTest(@TempDir Path directory) throws GeneralSecurityException, IOException {
    ca = new TestCa(directory, "ca");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=compute-1,OU=agent",
        "OU=agent,CN=compute-1",
        "CN=compute-1,OU=Agent,O=x,C=DE"
      })
  void theOrderOfTheSubjectDoesNotMatter(String subject) throws Exception {
    assertThat(PeerIdentity.of(ca.certificate(subject)))
        .contains(new PeerIdentity(Role.AGENT, "compute-1"));
  }

  @Test
  void eachRoleHasItsWord() throws Exception {
    for (Role role : Role.values()) {
      String subject = "CN=x,OU=" + role.name().toLowerCase(java.util.Locale.ROOT);
      assertThat(PeerIdentity.of(ca.certificate(subject))).contains(new PeerIdentity(role, "x"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=compute-1",
        "OU=agent",
        "CN=compute-1,OU=janitor",
        "CN=a,CN=b,OU=agent",
        "CN=a,OU=agent,OU=service",
        "O=agent,CN=x"
      })
  void aSubjectWithoutExactlyOneRoleAndNameNamesNobody(String subject) throws Exception {
    assertThat(PeerIdentity.of(ca.certificate(subject))).isEmpty();
  }
}
