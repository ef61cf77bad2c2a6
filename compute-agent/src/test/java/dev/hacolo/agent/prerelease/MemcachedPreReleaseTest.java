package dev.hacolo.agent.prerelease;

import static dev.hacolo.agent.prerelease.StrictBed.content;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of memcached's answers leaves early. */
final class MemcachedPreReleaseTest {
  private static final int PORT = 11211;
  private static final String GET = "get k\r\n";
  private static final String V1 = content(1, 800);
  private static final String V2 = content(2, 800);

  private final StrictBed bed = new StrictBed();
  private final StrictClient client = bed.client(PORT);
  private final StrictClient other = bed.client(PORT);

  private static String value(String key, String body) {
    return "VALUE %s 0 %d\r\n%s\r\nEND\r\n".formatted(key, body.length(), body);
  }

  private static String set(String key, String body) {
    return "set %s 0 0 %d\r\n%s\r\n".formatted(key, body.length(), body);
  }

  /** Whether the answer to a get leaves early; B finds it equal afterwards. */
  private boolean get(StrictClient reader, String key, String body) {
    boolean early = reader.asks("get %s\r\n".formatted(key)).answers(value(key, body));
    reader.equal();
    return early;
  }

  /** What k is can be told from memory alone: no answer is of use. */
  private void inMemoryOnly() {
    get(client, "k", V1);
    bed.knowledge.search();
    client.asks("touch k 0\r\n").answers("TOUCHED\r\n");
    client.equal();
    bed.checkpoint();
  }

  @Test
  void theFirstGetWaitsAndTheSecondIsEarly() {
    assertThat(get(client, "k", V1)).isFalse();
    assertThat(get(client, "k", V1)).isTrue();
    assertThat(get(other, "k", V1)).isTrue();
    assertThat(get(client, "k", V2)).isFalse();
    assertThat(get(client, "j", V1)).isFalse();
  }

  @Test
  void anAnswerCountsOnceBHasGivenIt() {
    assertThat(client.asks(GET).answers(value("k", V1))).isFalse();
    assertThat(client.asks(GET).answers(value("k", V1))).isFalse();
    client.equal();
    assertThat(get(client, "k", V1)).isTrue();
  }

  @Test
  void anAnswerCountsOnceACheckpointCoversIt() {
    assertThat(client.asks(GET).answers(value("k", V1))).isFalse();
    bed.checkpoint();
    assertThat(get(client, "k", V1)).isTrue();
  }

  @Test
  void anAnswerOutlastsCheckpoints() {
    get(client, "k", V1);
    bed.checkpoints();
    assertThat(get(client, "k", V1)).isTrue();
  }

  @Test
  void otherFlagsAreAnotherAnswer() {
    get(client, "k", V1);
    String flags = value("k", V1).replace("k 0 ", "k 9 ");
    assertThat(client.asks(GET).answers(flags)).isFalse();
  }

  @Test
  void afterASetTheGetWaitsUntilItIsConfirmed() {
    get(client, "k", V1);
    client.asks(set("k", V2));
    assertThat(other.asks(GET).answers(value("k", V1))).isFalse();
    assertThat(client.answers("STORED\r\n")).isFalse();
    assertThat(get(other, "k", V2)).isFalse();
    client.equal();
    assertThat(get(other, "k", V2)).isFalse();
    assertThat(get(other, "k", V2)).isTrue();
    assertThat(get(client, "k", V1)).isFalse();
  }

  @Test
  void aSetOfAnotherKeyDoesNotMatter() {
    get(client, "k", V1);
    client.asks(set("j", V2));
    assertThat(get(other, "k", V1)).isTrue();
  }

  @Test
  void aSetWithoutReplyIsSettledByTheNextAnswer() {
    client.asks("set k 0 0 2 noreply\r\nab\r\n");
    assertThat(get(other, "k", V1)).isFalse();
    assertThat(get(other, "k", V1)).isFalse();
    client.asks("version\r\n").answers("VERSION 1\r\n");
    client.equal();
    assertThat(get(other, "k", V1)).isFalse();
    assertThat(get(other, "k", V1)).isTrue();
  }

  /**
   * Why changes must be settled before an answer says anything. Two clients set k, to V1 and V2. A
   * carries out V2, then V1, and answers a get with V1. B carries out V1, answers the get with V1
   * as well, and only then carries out V2. The answers are equal, yet from now on A has V1 and B
   * has V2. Were the answer learnt, the next get would be told V1 early; A's node dies, and B
   * answers V2, though nobody has set it since: no single server could have done that.
   */
  @Test
  void anAnswerThatWasAskedForDuringChangesIsNotLearnt() {
    StrictClient third = bed.client(PORT);
    client.asks(set("k", V1));
    other.asks(set("k", V2));
    third.asks(GET);
    client.answers("STORED\r\n");
    other.answers("STORED\r\n");
    assertThat(third.answers(value("k", V1))).isFalse();
    third.equal();
    client.equal();
    other.equal();
    assertThat(get(third, "k", V1)).isFalse();
    assertThat(get(third, "k", V1)).isTrue();
  }

  /** What has changed since it was asked for is not known from its answer. */
  @Test
  void anAnswerThatAChangeHasOvertakenIsNotLearnt() {
    client.asks(GET);
    other.asks(set("k", V2)).answers("STORED\r\n");
    other.equal();
    assertThat(client.answers(value("k", V1))).isFalse();
    client.equal();
    assertThat(get(client, "k", V1)).isFalse();
  }

  /** Nobody knows whether the guest has read what a connection said before its ports came again. */
  @Test
  void aChangeWhoseConnectionEndedIsNeverSettled() {
    client.asks(set("k", V1));
    client.openAgain();
    assertThat(get(other, "k", V1)).isFalse();
    assertThat(get(other, "k", V1)).isFalse();
    assertThat(get(other, "j", V2)).isFalse();
    assertThat(get(other, "j", V2)).isTrue();
  }

  @Test
  void memoryTellsOfWhatWasAtTheCheckpoint() {
    inMemoryOnly();
    assertThat(get(client, "k", V1)).isTrue();
    assertThat(get(client, "j", V1)).isFalse();
  }

  /** An old copy of what it was could vouch for what it is not any more. */
  @Test
  void memoryTellsNothingOfWhatWasChangedInThisEpoch() {
    inMemoryOnly();
    other.asks("touch k 0\r\n").answers("TOUCHED\r\n");
    other.equal();
    assertThat(get(client, "k", V1)).isFalse();
  }

  @Test
  void memoryThatWasWrittenTellsNothing() {
    inMemoryOnly();
    bed.knowledge.unmodified = false;
    assertThat(get(client, "k", V1)).isFalse();
  }

  @Test
  void contentThatCameInThisEpochOrTheLastIsNotTakenFromMemory() {
    inMemoryOnly();
    other.asks(set("j", V1)).answers("STORED\r\n");
    other.equal();
    bed.checkpoint();
    assertThat(get(client, "k", V1)).isFalse();
    inMemoryOnly();
    bed.checkpoint();
    assertThat(get(client, "k", V1)).isTrue();
  }

  @Test
  void aRequestWithoutAnswerForTwoCheckpointsEndsWhatMemoryTells() {
    inMemoryOnly();
    other.asks("get j\r\n");
    bed.checkpoint();
    assertThat(bed.knowledge.inputs.overrun()).isFalse();
    bed.checkpoint();
    assertThat(get(client, "k", V1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"append j 0 0 2\r\nab\r\n", "cas j 0 0 2 9\r\nab\r\n", "flush_all\r\n"})
  void afterAnythingThatDependsOnOrderNothingIsEarlyInThisEpoch(String request) {
    get(client, "k", V1);
    inMemoryOnly();
    other.asks(request).answers("OK\r\n");
    other.equal();
    assertThat(get(client, "k", V1)).isFalse();
    assertThat(get(client, "k", V1)).isFalse();
    bed.checkpoint();
    assertThat(get(client, "k", V1)).isTrue();
  }

  /** It may have been changed: what was found equal before says nothing. */
  @Test
  void anAnswerDoesNotOutlastARequestThatDependsOnOrder() {
    get(client, "k", V1);
    other.asks("flush_all\r\n").answers("OK\r\n");
    other.equal();
    bed.checkpoints();
    assertThat(get(client, "k", V1)).isFalse();
    assertThat(get(client, "k", V1)).isTrue();
  }

  @Test
  void whatIsOutstandingAtTheSealCountsForTheNextEpoch() {
    inMemoryOnly();
    other.asks("append j 0 0 2\r\nab\r\n");
    bed.checkpoint();
    assertThat(get(client, "k", V1)).isFalse();
    other.answers("STORED\r\n");
    other.equal();
    assertThat(get(client, "k", V1)).isFalse();
    bed.checkpoint();
    assertThat(get(client, "k", V1)).isTrue();
  }

  /** Its beginning may be that of anything. */
  @Test
  void aRequestThatHasOnlyBegunDependsOnOrder() {
    get(client, "k", V1);
    other.asks("app");
    assertThat(get(client, "k", V1)).isFalse();
  }

  @Test
  void incrChangesOneThing() {
    get(client, "k", V1);
    get(client, "j", V2);
    other.asks("incr k 1\r\n").answers("5\r\n");
    other.equal();
    assertThat(get(client, "k", V1)).isFalse();
    assertThat(get(client, "j", V2)).isTrue();
  }

  @Test
  void onlyTheAnswerToTheOnlyRequestIsEarly() {
    get(client, "k", V1);
    client.asks(GET + GET);
    assertThat(client.answers(value("k", V1))).isFalse();
    client.equal();
    assertThat(client.answers(value("k", V1))).isTrue();
  }

  @Test
  void anAnswerBesideOthersIsNotLearnt() {
    client.asks(GET + GET);
    client.answers(value("k", V1));
    client.answers("END\r\n");
    client.equal();
    assertThat(get(client, "k", V1)).isFalse();
  }

  @Test
  void severalSegmentsAreLearntTogether() {
    String body = content(3, 3000);
    String answer = value("k", body);
    client.asks(GET);
    assertThat(client.answers(answer.substring(0, 1448))).isFalse();
    client.equal();
    assertThat(client.answers(answer.substring(1448))).isFalse();
    other.asks(GET);
    assertThat(other.answers(answer.substring(0, 1448))).isFalse();
    client.equal();
    other.answers(answer.substring(1448));
    other.equal();
    client.asks(GET);
    assertThat(client.answers(answer.substring(0, 1000))).isTrue();
    assertThat(client.answers(answer.substring(1000))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set j 0 0 1\r\nx\r\n|STORED\r\n",
        "delete j\r\n|DELETED\r\n",
        "get j\r\n|END\r\n",
        "get j\r\n|VALUE j 0 9\r\nvery-short\r\nEND\r\n",
        "get j\r\n|VALUE j 0 3\r\nabc\r\nEND\r\n",
        "gets j\r\n|VALUE j 0 3 17\r\nabc\r\nEND\r\n",
        "version\r\n|VERSION 1.6.18\r\n",
        "incr j 1\r\n|7\r\n",
        "stats\r\n|STAT time 1700000000\r\nEND\r\n"
      })
  void shortAnswersNeverAre(String exchange) {
    String[] parts = exchange.split("\\|", -1);
    for (int i = 0; i < 4; i++) {
      assertThat(client.asks(parts[0]).answers(parts[1])).isFalse();
      client.equal();
    }
  }

  @Test
  void answersWithSeveralBodiesNeverAre() {
    String answer = value("k", V1).replace("END\r\n", "") + value("j", V2);
    for (int i = 0; i < 3; i++) {
      assertThat(client.asks("get k j\r\n").answers(answer)).isFalse();
      client.equal();
    }
  }

  /** Tokens, clocks and what else a service without a profile says. */
  @Test
  void aServiceWithoutProfileNeverIs() {
    StrictClient tokens = bed.client(7000);
    for (int i = 0; i < 3; i++) {
      assertThat(tokens.asks(GET).answers(value("k", V1))).isFalse();
      tokens.equal();
    }
  }
}
