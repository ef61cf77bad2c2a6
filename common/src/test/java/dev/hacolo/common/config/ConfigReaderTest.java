package dev.hacolo.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigReaderTest {
  private static final HostPort ANY = new HostPort("0.0.0.0", 1);

  private static ConfigReader reader(String... namesAndValues) {
    Properties properties = new Properties();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
    }
    return ConfigReader.of("test.properties", properties);
  }

  private static List<String> problems(ConfigReader in, Consumer<ConfigReader> reading) {
    reading.accept(in);
    ConfigException fault = catchThrowableOfType(ConfigException.class, in::finish);
    return fault == null ? List.of() : fault.problems();
  }

  private static Duration seconds(ConfigReader in) {
    return in.duration("d", Duration.ofSeconds(2), Duration.ofMillis(50), Duration.ofHours(1));
  }

  @ParameterizedTest
  @CsvSource({"50ms,50", "2s,2000", "5m,300000", "1h,3600000"})
  void durationsHaveFourUnits(String text, long millis) throws ConfigException {
    ConfigReader in = reader("d", text);
    assertThat(seconds(in)).isEqualTo(Duration.ofMillis(millis));
    in.finish();
  }

  @ParameterizedTest
  @ValueSource(strings = {"49ms", "61m", "2", "s", "-1s", "1.5s", "2 s", "1d", "9999999999s"})
  void aWrongDurationIsNamedWithWhatIsAllowed(String text) {
    assertThat(problems(reader("d", text), ConfigReaderTest::seconds))
        .containsExactly(
            "d is '%s': allowed is a duration from 50 ms to 3600000 ms, written like 50ms, 2s, 5m or 1h"
                .formatted(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "101", "x", "1e2", "99999999999"})
  void aWrongNumberIsNamedWithWhatIsAllowed(String text) {
    assertThat(problems(reader("n", text), in -> in.integer("n", 5, 1, 100)))
        .containsExactly("n is '%s': allowed is a whole number from 1 to 100".formatted(text));
  }

  @Test
  void defaultsHoldForAbsentAndForBlankValues() throws ConfigException {
    ConfigReader in = reader("n", "  ");
    assertThat(in.integer("n", 5, 1, 100)).isEqualTo(5);
    assertThat(seconds(in)).isEqualTo(Duration.ofSeconds(2));
    assertThat(in.text("t", "x")).isEqualTo("x");
    assertThat(in.oneOf("o", "a", Set.of("a", "b"))).isEqualTo("a");
    assertThat(in.hostPort("h", ANY)).isEqualTo(ANY);
    assertThat(in.directory("dir", Path.of("/x"))).isEqualTo(Path.of("/x"));
    in.finish();
  }

  @Test
  void valuesAreStripped() throws ConfigException {
    ConfigReader in = reader("n", " 7 ", "t", "\ta b ");
    assertThat(in.integer("n", 5, 1, 100)).isEqualTo(7);
    assertThat(in.text("t", "x")).isEqualTo("a b");
    in.finish();
  }

  @Test
  void everyProblemIsReportedAtOnce(@TempDir Path directory) {
    ConfigReader in =
        reader(
            "n", "0", "o", "c", "h", "x", "dir", "relative", "ca", "/does/not/exist", "typo", "1");
    List<String> found =
        problems(
            in,
            r -> {
              r.integer("n", 5, 1, 100);
              r.oneOf("o", "a", Set.of("b", "a"));
              r.hostPort("h", ANY);
              r.directory("dir", null);
              r.directory("other", null);
              r.readableFile("ca");
              r.required("must");
            });
    assertThat(found)
        .containsExactly(
            "n is '0': allowed is a whole number from 1 to 100",
            "o is 'c': allowed is a, b",
            "h is 'x': allowed is an address and a port from 0 to 65535, like 192.0.2.1:9500",
            "dir is 'relative': allowed is the absolute path of a directory",
            "other is missing: it has no default",
            "ca is '/does/not/exist': allowed is the path of a file that this process can read",
            "must is missing: it has no default",
            "typo is not known: allowed are ca, dir, h, must, n, o, other");
    assertThat(new ConfigException("f", found)).hasMessageStartingWith("f: 8 wrong value(s)");
  }

  @Test
  void aTextMustMatchItsRule() {
    assertThat(
            problems(reader("t", "a b"), in -> in.required("t", Pattern.compile("\\w+"), "a word")))
        .containsExactly("t is 'a b': allowed is a word");
  }

  @Test
  void aDirectoryIsNoReadableFileAndAFileIsNoDirectory(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "x");
    assertThat(problems(reader("f", directory.toString()), in -> in.readableFile("f"))).hasSize(1);
    assertThat(problems(reader("d", file.toString()), in -> in.directory("d", null))).hasSize(1);
    assertThat(problems(reader("f", file.toString()), in -> in.readableFile("f"))).isEmpty();
    assertThat(problems(reader("d", directory.toString()), in -> in.directory("d", null)))
        .isEmpty();
  }

  @Test
  void aPathWithAZeroCharacterIsAWrongValue() {
    assertThat(problems(reader("f", "a\0b"), in -> in.readableFile("f"))).hasSize(1);
    assertThat(problems(reader("d", "/a\0b"), in -> in.directory("d", null))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1:9500, 192.0.2.1, 9500",
    "[::1]:9500, ::1, 9500",
    "[2001:db8::5]:0, 2001:db8::5, 0",
    "host.example:65535, host.example, 65535"
  })
  void socketAddressesAreReadAndWrittenAlike(String text, String host, int port) {
    assertThat(HostPort.parse(text)).contains(new HostPort(host, port));
    assertThat(new HostPort(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":1",
        "a",
        "a:",
        "a:65536",
        "a:123456",
        "::1:80",
        "[]:1",
        "[::1]",
        "a b:1",
        "a:-1"
      })
  void aWrongSocketAddressIsNone(String text) {
    assertThat(HostPort.parse(text)).isEmpty();
  }

  @Test
  void aMissingFileIsOneSentence(@TempDir Path directory) {
    Path file = directory.resolve("none.properties");
    assertThatThrownBy(() -> ConfigReader.open(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file + ": 1 wrong value(s)")
        .hasMessageContaining("the file cannot be read: it does not exist");
  }

  @Test
  void aFileThatIsNotUtf8OrBrokenIsRefused(@TempDir Path directory) throws IOException {
    Path latin =
        Files.write(directory.resolve("a"), "x=\u00e4".getBytes(StandardCharsets.ISO_8859_1));
    Path broken = Files.writeString(directory.resolve("b"), "x=\\u12");
    assertThatThrownBy(() -> ConfigReader.open(latin)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> ConfigReader.open(broken)).isInstanceOf(ConfigException.class);
  }

  @Test
  void aFileIsReadAsUtf8(@TempDir Path directory) throws IOException, ConfigException {
    ConfigReader in =
        ConfigReader.open(Files.writeString(directory.resolve("a"), "# c\nx = \u00e4\n"));
    assertThat(in.required("x")).isEqualTo("\u00e4");
    in.finish();
  }
}
