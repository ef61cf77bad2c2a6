package dev.hacolo.bed.guest;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Command;
import dev.hacolo.bed.process.ProjectFiles;
import dev.hacolo.bed.process.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Kernel and initial RAM disk of the guest, built by {@code tests/guest/build-image} when needed.
 *
 * @param directory where the build has put them
 */
public record GuestImage(Path directory) {
  private static final Duration BUILD = Duration.ofMinutes(8);

  /**
   * Builds the image, or finds it in the cache; or takes what the system property {@code
   * hacolo.guest_image} names, where the packages that it is made of cannot be looked up.
   */
  public static GuestImage build(StateDirectory state) {
    String given = System.getProperty("hacolo.guest_image");
    if (given != null) {
      return given(Path.of(given));
    }
    String script = ProjectFiles.find("tests/guest/build-image").toString();
    String output = Command.run(BUILD, List.of(script, state.cache().toString()));
    return new GuestImage(Path.of(output.strip().lines().reduce((a, b) -> b).orElseThrow()));
  }

  private static GuestImage given(Path directory) {
    GuestImage image = new GuestImage(directory);
    if (!Files.isReadable(image.kernel()) || !Files.isReadable(image.initrd())) {
      throw new BedException(
          "hacolo.guest_image is '%s': allowed is a directory that build-image has made"
              .formatted(directory));
    }
    return image;
  }

  /** Linux kernel. */
  public Path kernel() {
    return directory.resolve("vmlinuz");
  }

  /** Initial RAM disk, with everything that the guest runs. */
  public Path initrd() {
    return directory.resolve("initrd");
  }

  /** What the guest's web server sends for {@code /data.bin}. */
  public byte[] webPage() {
    try {
      return Files.readAllBytes(directory.resolve("data.bin"));
    } catch (IOException e) {
      throw new BedException("the guest image in %s is incomplete".formatted(directory), e);
    }
  }
}
