package dev.hacolo.agent.libvirt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;

/** Domains for tests. */
final class Domains {
  static final UUID INSTANCE = UUID.fromString("5a0e3c1e-1111-4222-8333-444455556666");

  private Domains() {}

  /** As libvirt 9.0 shows a running server of Nova 26: two vCPUs, one disk, one NIC. */
  static String nova() {
    try (InputStream in =
        Objects.requireNonNull(Domains.class.getResourceAsStream("nova.xml"), "nova.xml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with one text in the place of another, which must be there. */
  static String nova(String text, String other) {
    String xml = nova();
    if (!xml.contains(text)) {
      throw new IllegalArgumentException(text);
    }
    return xml.replace(text, other);
  }
}
