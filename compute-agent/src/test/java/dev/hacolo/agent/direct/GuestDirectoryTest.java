package dev.hacolo.agent.direct;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.hacolo.agent.testing.Guests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

final class GuestDirectoryTest {
  private static final UUID ONE = new UUID(1, 1);

  private final Path root;
  private final GuestDirectory directory;
  private final Logger logger = (Logger) LoggerFactory.getLogger(GuestDirectory.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  GuestDirectoryTest(@TempDir Path root) {
    this.root = root.resolve("guests");
    directory = new GuestDirectory(this.root);
    logger.setAdditive(false);
    logger.setLevel(Level.WARN);
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void restore() {
    logger.detachAppender(logged);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private static Descriptor descriptor(UUID uuid) {
    return new Descriptor(Guests.small(uuid), "/run/%s.qmp".formatted(uuid), Map.of("vd0", "/d"));
  }

  private List<String> messages() {
    return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void whatIsWrittenIsListed() throws IOException {
    assertThat(directory.list()).isEmpty();
    directory.write(descriptor(ONE));
    directory.write(descriptor(new UUID(2, 2)));
    directory.write(descriptor(ONE));
    assertThat(directory.list())
        .containsExactlyInAnyOrder(descriptor(ONE), descriptor(new UUID(2, 2)));
    assertThat(directory.of(ONE)).containsExactly(descriptor(ONE));
    directory.remove(ONE);
    directory.remove(ONE);
    assertThat(directory.of(ONE)).isEmpty();
    assertThat(directory.list()).hasSize(1);
    assertThat(messages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "{}", "{\"description\":{}}", "not JSON", "{\"unknown\":1}"})
  void aWrongFileIsNamedOnceAndLeftOut(String content) throws IOException {
    directory.write(descriptor(ONE));
    Path wrong = Files.writeString(root.resolve("wrong.json"), content);
    for (int i = 0; i < 3; i++) {
      assertThat(directory.list()).containsExactly(descriptor(ONE));
    }
    assertThat(messages())
        .singleElement()
        .asString()
        .startsWith("guest descriptor " + wrong + " is left out: ");
  }

  @Test
  void aFileOfAnotherNameIsLeftOutAndSaysHowItShouldBeCalled() throws IOException {
    directory.write(descriptor(ONE));
    Files.move(root.resolve(ONE + ".json"), root.resolve("web.json"));
    assertThat(directory.list()).isEmpty();
    assertThat(messages())
        .singleElement()
        .asString()
        .endsWith("its name should be " + ONE + ".json");
  }

  @Test
  void aFileThatIsWrongAgainAfterItWasGoneIsNamedAgain() throws IOException {
    Files.createDirectories(root);
    for (int i = 0; i < 2; i++) {
      Files.writeString(root.resolve("wrong.json"), "x");
      directory.list();
      Files.delete(root.resolve("wrong.json"));
      directory.list();
    }
    assertThat(messages()).hasSize(2);
  }

  @Test
  void otherFilesAreNobodysBusiness() throws IOException {
    Files.createDirectories(root.resolve("sub.json"));
    Files.writeString(root.resolve("README"), "x");
    assertThat(directory.list()).isEmpty();
    assertThat(messages()).hasSize(1);
  }
}
