package dev.hacolo.common.identity;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/**
 * A CA for tests that signs certificates of any subject, in milliseconds and without a program: DER
 * by hand (RFC 5280), ECDSA on P-256.
 */
public final class TestCa {
  private static final byte[] ECDSA_SHA256 =
      tlv(0x30, HexFormat.of().parseHex("06082a8648ce3d040302"));
  private static final byte[] BASIC_CONSTRAINTS_CA =
      HexFormat.of().parseHex("300f0603551d130101ff040530030101ff");

  private final Path directory;
  private final X500Principal name;
  private final KeyPair keys;
  private final X509Certificate certificate;
  private int serial = 1;

  /** PEM files of a certificate and its key. */
  public record Credentials(Path certificate, Path key) {}

  /** Makes the CA; its files go into the directory. */
  public TestCa(Path directory, String commonName) throws GeneralSecurityException, IOException {
    this.directory = directory;
    this.name = new X500Principal("CN=" + commonName);
    this.keys = newKeys();
    this.certificate = sign(name, keys, BASIC_CONSTRAINTS_CA);
    pem(pemFile(), "CERTIFICATE", certificate.getEncoded());
  }

  /** The CA's certificate. */
  public Path pemFile() {
    return directory.resolve(name.getName().substring(3) + ".pem");
  }

  /** A certificate with a subject as in RFC 2253, in memory only. */
  public X509Certificate certificate(String subject) throws GeneralSecurityException, IOException {
    return sign(new X500Principal(subject), newKeys(), loopback());
  }

  /** A certificate for 127.0.0.1 and its key, as files. */
  public Credentials issue(String fileName, String subject)
      throws GeneralSecurityException, IOException {
    KeyPair leaf = newKeys();
    X509Certificate signed = sign(new X500Principal(subject), leaf, loopback());
    Credentials files =
        new Credentials(directory.resolve(fileName + ".pem"), directory.resolve(fileName + ".key"));
    pem(files.certificate(), "CERTIFICATE", signed.getEncoded());
    pem(files.key(), "PRIVATE KEY", leaf.getPrivate().getEncoded());
    return files;
  }

  private static byte[] loopback() {
    byte[] address = {127, 0, 0, 1};
    byte[] names = tlv(0x30, tlv(0x87, address));
    return tlv(0x30, join(HexFormat.of().parseHex("0603551d11"), tlv(0x04, names)));
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private X509Certificate sign(X500Principal subject, KeyPair subjectKeys, byte[] extension)
      throws GeneralSecurityException, IOException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    byte[] body =
        tlv(
            0x30,
            tlv(0xa0, tlv(0x02, new byte[] {2})),
            tlv(0x02, BigInteger.valueOf(serial++).toByteArray()),
            ECDSA_SHA256,
            name.getEncoded(),
            tlv(0x30, time(now.minus(1, ChronoUnit.HOURS)), time(now.plus(1, ChronoUnit.DAYS))),
            subject.getEncoded(),
            subjectKeys.getPublic().getEncoded(),
            tlv(0xa3, tlv(0x30, extension)));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(body);
    byte[] der = tlv(0x30, body, ECDSA_SHA256, tlv(0x03, new byte[] {0}, signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static byte[] time(Instant at) {
    String text =
        DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC).format(at);
    return tlv(0x18, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Tag, length, value (X.690 8.1). */
  private static byte[] tlv(int tag, byte[]... parts) {
    byte[] value = join(parts);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (value.length < 0x80) {
      out.write(value.length);
    } else if (value.length < 0x100) {
      out.write(0x81);
      out.write(value.length);
    } else {
      out.write(0x82);
      out.write(value.length >> 8);
      out.write(value.length);
    }
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static void pem(Path file, String what, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, body));
  }
}
