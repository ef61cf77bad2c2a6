package dev.hacolo.agent.prerelease;

import static dev.hacolo.agent.prerelease.StrictBed.content;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of Redis' answers leaves early. */
final class RedisPreReleaseTest {
  private static final int PORT = 6379;
  private static final String V1 = content(1, 500);

  private final StrictBed bed = new StrictBed();
  private final StrictClient client = bed.client(PORT);
  private final StrictClient other = bed.client(PORT);

  private static String request(String text) {
    StringBuilder all = new StringBuilder();
    String[] words = text.split(" ", -1);
    all.append('*').append(words.length).append("\r\n");
    for (String word : words) {
      all.append(bulk(word));
    }
    return all.toString();
  }

  private static String bulk(String body) {
    return "$%d\r\n%s\r\n".formatted(body.length(), body);
  }

  private boolean ask(StrictClient asking, String text, String answer) {
    boolean early = asking.asks(request(text)).answers(answer);
    asking.equal();
    return early;
  }

  @Test
  void theSecondGetIsEarly() {
    assertThat(ask(client, "GET k", bulk(V1))).isFalse();
    assertThat(ask(other, "GET k", bulk(V1))).isTrue();
    assertThat(ask(other, "HGET k f", bulk(V1))).isFalse();
    assertThat(ask(other, "HGET k f", bulk(V1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LPOP l", "RENAME a k", "APPEND k x", "EVAL x 0", "MULTI", "DEL a b"})
  void afterAnythingThatDependsOnOrderNothingIsEarlyInThisEpoch(String text) {
    ask(client, "GET k", bulk(V1));
    bed.knowledge.search();
    assertThat(ask(other, text, "+OK\r\n")).isFalse();
    assertThat(ask(client, "GET k", bulk(V1))).isFalse();
    assertThat(ask(client, "GET k", bulk(V1))).isFalse();
    bed.checkpoint();
    assertThat(ask(client, "GET k", bulk(V1))).isTrue();
  }

  @Test
  void anotherServiceIsNotConcerned() {
    ask(client, "GET k", bulk(V1));
    bed.client(11211).asks("flush_all\r\n");
    assertThat(ask(client, "GET k", bulk(V1))).isTrue();
  }

  @Test
  void anotherDatabaseHasOtherThings() {
    ask(client, "GET k", bulk(V1));
    ask(other, "SELECT 3", "+OK\r\n");
    assertThat(ask(other, "GET k", bulk(V1))).isFalse();
    assertThat(ask(client, "GET k", bulk(V1))).isTrue();
  }

  /** Long ones too: whoever pops gets what nobody else gets. */
  @ParameterizedTest
  @ValueSource(
      strings = {"LPOP l", "TIME", "RANDOMKEY", "SRANDMEMBER s", "INCR n", "GETSET k x", "PING"})
  void otherAnswersNeverAre(String text) {
    for (int i = 0; i < 4; i++) {
      assertThat(ask(client, text, bulk(V1))).isFalse();
      bed.knowledge.search();
      bed.checkpoints();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"$-1\r\n", "$2\r\nab\r\n", "-ERR no\r\n"})
  void shortAnswersNeverAre(String answer) {
    for (int i = 0; i < 4; i++) {
      assertThat(ask(client, "GET k", answer)).isFalse();
    }
  }
}
