package dev.hacolo.bed.openstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A CA of the test's own, made with the JDK's keytool, and a server certificate for 127.0.0.1. */
final class TestCa {
  private static final char[] STORE_PASSWORD = "test-only".toCharArray();

  private final Path directory;
  private final Path store;

  TestCa(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.store = directory.resolve("store.p12");
    keytool("-alias", "ca", "-dname", "CN=test CA", "-ext", "bc:c");
    keytool(
        "-alias", "server", "-dname", "CN=openstack", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
    keytool("-alias", "other", "-dname", "CN=other CA", "-ext", "bc:c");
  }

  /** PEM of a CA certificate: {@code ca} signed the server, {@code other} did not. */
  Path certificate(String alias) throws IOException, GeneralSecurityException {
    Certificate certificate = open().getCertificate(alias);
    return pem(alias + ".pem", "CERTIFICATE", certificate.getEncoded());
  }

  /** The server's certificate and key. */
  StandInOptions.Tls server() throws IOException, GeneralSecurityException {
    Key key = open().getKey("server", STORE_PASSWORD);
    return new StandInOptions.Tls(
        certificate("server"), pem("server.key", "PRIVATE KEY", key.getEncoded()));
  }

  private KeyStore open() throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(store.toFile(), STORE_PASSWORD);
  }

  private Path pem(String file, String what, byte[] der) throws IOException {
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
