package dev.hacolo.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.testing.AgentConfigs;
import dev.hacolo.common.identity.TestCa;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.util.Base64;
import javax.crypto.spec.DHParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QemuCredentialsTest {
  @Test
  void theDirectoryIsLaidOutAsQemuReadsIt(@TempDir Path directory) throws Exception {
    AgentConfig config = AgentConfigs.of(directory, new TestCa(directory, "ca"), "a");
    QemuCredentials.link(config);
    QemuCredentials.link(config);
    Path tls = config.qemuTlsDirectory().orElseThrow();
    assertThat(Files.readString(tls.resolve("ca-cert.pem")))
        .isEqualTo(Files.readString(config.tls().ca()));
    for (String side : new String[] {"server", "client"}) {
      assertThat(tls.resolve(side + "-cert.pem").toRealPath())
          .isEqualTo(config.tls().certificate().toRealPath());
      assertThat(tls.resolve(side + "-key.pem").toRealPath())
          .isEqualTo(config.tls().key().toRealPath());
    }
    assertThat(tls.resolve("dh-params.pem")).exists();
  }

  @Test
  void theDhParametersAreTheGroupOfRfc7919(@TempDir Path directory) throws Exception {
    AgentConfig config = AgentConfigs.of(directory, new TestCa(directory, "ca"), "a");
    QemuCredentials.link(config);
    String pem = Files.readString(config.qemuTlsDirectory().orElseThrow().resolve("dh-params.pem"));
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("DH");
    parameters.init(der);
    DHParameterSpec spec = parameters.getParameterSpec(DHParameterSpec.class);
    BigInteger p = spec.getP();
    assertThat(p.bitLength()).isEqualTo(2048);
    assertThat(spec.getG()).isEqualTo(BigInteger.TWO);
    // RFC 7919, appendix A.1: the first words of p, and that it is a safe prime.
    assertThat(p.toString(16)).startsWith("ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1");
    assertThat(p.isProbablePrime(20)).isTrue();
    assertThat(p.shiftRight(1).isProbablePrime(20)).isTrue();
  }
}
