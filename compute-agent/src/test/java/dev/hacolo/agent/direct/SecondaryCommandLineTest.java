package dev.hacolo.agent.direct;

import dev.hacolo.agent.testing.Guests;
import dev.hacolo.agent.testing.Pinned;
import dev.hacolo.common.api.GuestDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SecondaryCommandLineTest {
  private static final UUID INSTANCE = UUID.fromString("22222222-2222-4222-8222-222222222222");

  private static String lines(GuestDescription guest) {
    SecondaryFiles files = new SecondaryFiles(Path.of("/instances"), Path.of("/run"), INSTANCE);
    List<String> arguments = SecondaryCommandLine.of("/usr/bin/qemu", guest, files);
    return String.join("\n", arguments)
            .replace("\n-", "\n\n-")
            .replaceAll("(?m)^(-\\S+)\n(?=[^-\n])", "$1 ")
            .replace("\n\n", "\n")
        + "\n";
  }

  @Test
  void aGuestWithOneOfEach() throws IOException {
    Pinned.check("direct/secondary-small.txt", lines(Guests.small(INSTANCE)));
  }

  @Test
  void aGuestWithTwoOfEachAndDirectKernelBoot() throws IOException {
    Pinned.check("direct/secondary-large.txt", lines(Guests.large(INSTANCE)));
  }
}
