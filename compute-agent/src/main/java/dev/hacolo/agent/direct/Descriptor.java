package dev.hacolo.agent.direct;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.hacolo.common.api.GuestDescription;
import java.util.Map;

/**
 * Describes a QEMU process to the agent: {@code <guests.directory>/<uuid>.json}. Whoever starts a
 * guest writes it; the agent writes one for a guest that it has taken over.
 *
 * @param description the guest's hardware
 * @param qmpSocket Unix socket of a monitor that is the agent's alone
 * @param diskFiles image file of each disk, by the disk's id
 */
@JsonIgnoreProperties(ignoreUnknown = false)
public record Descriptor(
    GuestDescription description, String qmpSocket, Map<String, String> diskFiles) {
  /** Checks that all is there. */
  public Descriptor {
    if (description == null || qmpSocket == null || diskFiles == null) {
      throw new IllegalArgumentException(
          "a guest descriptor needs description, qmp_socket and disk_files");
    }
    diskFiles = Map.copyOf(diskFiles);
  }
}
