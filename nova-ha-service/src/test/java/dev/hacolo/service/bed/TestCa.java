package dev.hacolo.service.bed;

import dev.hacolo.service.config.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A CA of the tests' own, made with the JDK's keytool; signs identities of all roles. */
public final class TestCa {
  private static final char[] STORE_PASSWORD = "test-only".toCharArray();

  private final Path directory;
  private final Path store;

  /** Makes the CA in a directory. */
  public TestCa(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    store = directory.resolve("store.p12");
    keytool("-alias", "ca", "-dname", "CN=ha-colo test CA", "-ext", "bc:c");
  }

  /** Signs an identity; there are no addresses in it, as in a deployment with moving addresses. */
  public synchronized TlsConfig identity(String role, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    String alias = role + "-" + name;
    if (!Files.exists(directory.resolve(alias + ".key"))) {
      keytool("-alias", alias, "-dname", "CN=%s,OU=%s".formatted(name, role), "-signer", "ca");
    }
    KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD);
    return new TlsConfig(
        pem("ca.pem", "CERTIFICATE", keys.getCertificate("ca").getEncoded()),
        pem(alias + ".pem", "CERTIFICATE", keys.getCertificate(alias).getEncoded()),
        pem(alias + ".key", "PRIVATE KEY", keys.getKey(alias, STORE_PASSWORD).getEncoded()));
  }

  /** Written once: whoever uses it may read it at any later time. */
  private Path pem(String file, String what, byte[] der) throws IOException {
    if (Files.exists(directory.resolve(file))) {
      return directory.resolve(file);
    }
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        directory.resolve(file),
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, body));
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-keystore",
                store.toString(),
                "-storepass:env",
                "STORE_PASSWORD"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("STORE_PASSWORD", new String(STORE_PASSWORD));
    Path log = directory.resolve("keytool.log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("keytool failed: " + Files.readString(log));
    }
  }
}
