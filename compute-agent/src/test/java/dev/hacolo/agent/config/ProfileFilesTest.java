package dev.hacolo.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hacolo.agent.profile.Effect;
import dev.hacolo.agent.profile.Framing;
import dev.hacolo.agent.profile.ServiceProfile;
import dev.hacolo.agent.profile.VerbProfile;
import dev.hacolo.common.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProfileFilesTest {
  private static final String GOOD =
      "{'name':'x','ports':[7000],'framing':'resp','verbs':["
          + "{'verb':['GET','HGET'],'effect':'read','subject':1,'answer':'body'}]}";

  @TempDir Path directory;

  private List<ServiceProfile> load(String json) throws IOException, ConfigException {
    Files.writeString(directory.resolve("own.json"), json.replace('\'', '"'));
    return ProfileFiles.load(directory);
  }

  @Test
  void threeServicesComeWithTheAgent() throws ConfigException {
    assertThat(ProfileFiles.load(null))
        .extracting(ServiceProfile::name)
        .containsExactly("memcached", "redis", "http");
    assertThat(ProfileFiles.load(directory.resolve("none"))).hasSize(3);
  }

  @Test
  void everythingThatIsNoReadOfOneBodyHasNoBody() throws ConfigException {
    for (ServiceProfile profile : ProfileFiles.load(null)) {
      assertThat(profile.verbs())
          .filteredOn(v -> v.answer().word().equals("body"))
          .extracting(VerbProfile::effect)
          .isNotEmpty()
          .containsOnly(Effect.READ);
    }
  }

  @Test
  void anOperatorAddsAService() throws IOException, ConfigException {
    List<ServiceProfile> profiles = load(GOOD);
    assertThat(profiles).hasSize(4);
    ServiceProfile own = profiles.get(3);
    assertThat(own.framing()).isEqualTo(Framing.RESP);
    assertThat(own.ports()).containsExactly(7000);
    assertThat(own.verbs()).extracting(VerbProfile::verb).containsExactly("GET", "HGET");
  }

  @Test
  void anOperatorSwitchesABuiltInOff() throws IOException, ConfigException {
    List<ServiceProfile> profiles = load("{'name':'http','ports':[],'framing':'http','verbs':[]}");
    assertThat(profiles).hasSize(3);
    assertThat(profiles).noneMatch(p -> p.ports().contains(80));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "7000 | 0 | ports is [0]: allowed is a list of numbers from 1 to 65535, empty to switch the"
            + " profile off",
        "7000 | 6379 | ports holds 6379: allowed is a port that profile 'redis' does not have",
        "[7000] | 7000 | ports is 7000: allowed is a list of numbers from 1 to 65535, empty to"
            + " switch the profile off",
        "'x' | 'X' | name is 'X': allowed is a name of a-z, 0-9 and '-'",
        "'resp' | 'telnet' | framing is 'telnet': allowed is memcached-text, resp, http",
        "'read' | 'reed' | verbs[0].effect is 'reed': allowed is read, overwrite, order-sensitive",
        "'effect':'read', |  | verbs[0].effect is missing: allowed is read, overwrite,"
            + " order-sensitive",
        "'body' | 'values' | verb 'GET': answer 'values' does not occur in framing resp",
        "'read' | 'overwrite' | verb 'GET': answer 'body' needs effect 'read'",
        "'HGET' | 'get' | verb 'get' is there twice",
        "'HGET' | 'a b c' | verbs[0].verb is 'a b c': allowed is one word, two with a space between"
            + " them, or a list of such",
        "'subject':1 | 'subject':-1 | verbs[0].subject is -1: allowed is a number from 0 to 1000000",
        "'subject':1 | 'at_least':2,'at_most':1 | verb 'GET': at_least is more than at_most",
        "'subject':1 | 'subject':2,'at_least':1 | verb 'GET': at_least must reach subject and block",
        "'subject':1 | 'noreply':true | verb 'GET': block and noreply belong to framing"
            + " memcached-text",
        "'subject':1 | 'session':1 | verbs[0].session is 1: allowed is true or false",
        "'subject':1 | 'object':1 | verbs[0].object is not known: allowed are answer, at_least,"
            + " at_most, block, comment, effect, noreply, session, subject, verb",
        "'verbs' | 'verb' | verb is not known: allowed are comment, framing, ignored_headers, name,"
            + " ports, traceless_reads, verbs",
        "'resp', | 'resp','ignored_headers':['a'], | ignored_headers is [\"a\"]: allowed is a list"
            + " of names of fields, in framing http",
        "'x', | 'x','name':'y', | the file cannot be read: line 1: Duplicate field 'name'",
        "'x', | 'x' | the file cannot be read: line 1: Unexpected character",
      })
  void aWrongFileIsRefusedWithASentence(String good, String wrong, String sentence) {
    String json = GOOD.replace(good, wrong == null ? "" : wrong);
    assertThat(json).isNotEqualTo(GOOD);
    ConfigException refused = catchThrowableOfType(ConfigException.class, () -> load(json));
    assertThat(refused).hasMessageContaining("own.json");
    assertThat(refused.problems().get(0)).startsWith(sentence);
  }

  @ParameterizedTest
  @CsvSource({"''", "[]", "17", "null"})
  void aFileThatIsNoObjectIsRefused(String json) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, () -> load(json));
    assertThat(refused.problems())
        .containsExactly("the file is no profile: allowed is one JSON object");
  }

  @Test
  void aNameIsThereOnce() throws IOException {
    Files.writeString(directory.resolve("a.json"), GOOD.replace('\'', '"'));
    ConfigException refused = catchThrowableOfType(ConfigException.class, () -> load(GOOD));
    assertThat(refused.problems().get(0)).startsWith("name is 'x': allowed is one that ");
  }

  @Test
  void aFileThatIsTooLargeIsRefused() {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> load(GOOD + " ".repeat(1 << 20)));
    assertThat(refused.problems())
        .containsExactly("the file cannot be read: allowed are 1048576 bytes");
  }
}
