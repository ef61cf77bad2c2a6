package dev.hacolo.common.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The JSON of each message is kept in {@code src/test/resources/wire}, so that a change of the wire
 * format shows as a diff; {@code -Dwire.rewrite=true} (in {@code test.argLine}) writes the files
 * anew.
 */
final class WireFormatTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/wire");
  private static final Pattern SNAKE = Pattern.compile("[a-z][a-z0-9_]*");

  static Stream<String> names() {
    return WireSamples.all().keySet().stream();
  }

  private static String pretty(Object value) throws IOException {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
    return ApiJson.mapper().writer(printer).writeValueAsString(value) + "\n";
  }

  private static Object sample(String name) {
    return java.util.Objects.requireNonNull(WireSamples.all().get(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void theJsonIsThePinnedOne(String name) throws IOException {
    Path pinned = DIRECTORY.resolve(name + ".json");
    String now = pretty(sample(name));
    if (Boolean.getBoolean("wire.rewrite")) {
      Files.writeString(pinned, now);
    }
    assertThat(now).isEqualTo(Files.readString(pinned));
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatIsWrittenIsReadBack(String name) throws IOException {
    Object sample = sample(name);
    byte[] json = ApiJson.mapper().writeValueAsBytes(sample);
    assertThat((Object) ApiJson.mapper().readValue(json, sample.getClass())).isEqualTo(sample);
  }

  @ParameterizedTest
  @MethodSource("names")
  void memberNamesAreSnakeCase(String name) throws IOException {
    check(ApiJson.mapper().valueToTree(sample(name)));
  }

  private static void check(JsonNode node) {
    if (node.isObject()) {
      node.fieldNames().forEachRemaining(f -> assertThat(f).matches(SNAKE));
    }
    node.forEach(WireFormatTest::check);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aMemberOfANewerVersionIsIgnored(String name) throws IOException {
    Object sample = sample(name);
    ObjectNode tree = ApiJson.mapper().valueToTree(sample);
    tree.put("added_later", 1);
    assertThat((Object) ApiJson.mapper().treeToValue(tree, sample.getClass())).isEqualTo(sample);
  }

  @Test
  void absentMembersAreNotWritten() throws IOException {
    assertThat(pretty(sample("session-order-solo"))).doesNotContain("null", "guest", "peer");
  }
}
