package dev.hacolo.agent.prerelease;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.profile.Conversation;
import org.junit.jupiter.api.Test;

/** By requests of memcached: the objects are its conversation's. */
final class RequestsTest {
  private final Service service = new Service(1 << 20, true);
  private final Requests requests = new Requests(service);
  private final Conversation conversation = StrictBed.conversation(11211);

  private void ask(String text) {
    byte[] data = text.getBytes(US_ASCII);
    conversation.client(data, 0, data.length, requests);
  }

  @Test
  void aReadKnowsWhetherChangesWereSettled() {
    ask("get k\r\n");
    assertThat(requests.isSettled()).isTrue();
    long first = requests.askedAt();
    long subject = requests.subject();
    ask("set k 0 0 1\r\na\r\n");
    assertThat(service.subjects().unchangedSince(subject, first)).isFalse();
    ask("get k\r\n");
    assertThat(requests.isSettled()).isFalse();
    assertThat(requests.subject()).isEqualTo(subject);
    requests.settle(2);
    ask("get k\r\n");
    assertThat(requests.isSettled()).isTrue();
    assertThat(requests.askedAt()).isGreaterThan(first);
  }

  @Test
  void changesAreSettledByAnAnswerBehindThem() {
    ask("get j\r\nset k 0 0 1\r\na\r\nset k 0 0 1\r\nb\r\n");
    assertThat(requests.answered(3)).isZero();
    assertThat(requests.answered(0)).isEqualTo(3);
    assertThat(requests.owes(1)).isFalse();
    assertThat(requests.owes(2)).isTrue();
    requests.settle(2);
    assertThat(requests.owes(2)).isFalse();
    assertThat(requests.owes(3)).isTrue();
    ask("get k\r\n");
    assertThat(requests.isSettled()).isFalse();
    requests.settle(3);
    ask("get k\r\n");
    assertThat(requests.isSettled()).isTrue();
  }

  /** As at the beginning of an epoch. */
  @Test
  void aChangeThatIsToldAgainIsOne() {
    ask("set k 0 0 1\r\na\r\n");
    conversation.replay(requests);
    requests.settle(1);
    ask("get k\r\n");
    assertThat(requests.isSettled()).isTrue();
  }

  @Test
  void anOrderSensitiveRequestLeavesNothingSettledInItsEpoch() {
    ask("append j 0 0 1\r\na\r\nget k\r\n");
    assertThat(service.isOrdered()).isTrue();
    assertThat(requests.isSettled()).isFalse();
    service.beginEpoch();
    assertThat(service.isOrdered()).isFalse();
    conversation.replay(requests);
    assertThat(service.isOrdered()).isTrue();
    assertThat(requests.isSettled()).isFalse();
  }

  @Test
  void withMoreChangesThanAreRememberedTheLastAreNeverSettled() {
    for (int i = 0; i < 1025; i++) {
      ask("touch k 1 noreply\r\n");
    }
    requests.settle(2000);
    ask("get k\r\n");
    assertThat(requests.isSettled()).isFalse();
  }
}
