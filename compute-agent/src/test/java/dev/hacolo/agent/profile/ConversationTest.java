package dev.hacolo.agent.profile;

import static dev.hacolo.agent.profile.NeverCandidatesTest.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Bounds, and what no scenario shows. */
final class ConversationTest {
  private final List<String> told = new ArrayList<>();

  private void request(Request request) {
    told.add(request.toString());
  }

  private void client(Conversation conversation, String text) {
    byte[] bytes = ProfileScript.bytes(text);
    conversation.client(bytes, 0, bytes.length, this::request);
  }

  @Test
  void aPipelineIsFollowedToItsBound() {
    Conversation conversation = asked("memcached", "{get k\\r\\n*1024}");
    assertThat(conversation.outstanding()).isEqualTo(1024);
    client(conversation, "g");
    assertThat(conversation.understood()).isFalse();
    assertThat(told).containsExactly("1024 order-sensitive");
  }

  @Test
  void aDeepPipelineIsAnsweredInOrder() {
    Conversation conversation = asked("memcached", "{get k\\r\\nversion\\r\\n*500}");
    byte[] answers = ProfileScript.bytes("{END\\r\\nVERSION 1\\r\\n*500}");
    assertThat(conversation.guest(answers, 0, answers.length).candidate()).isFalse();
    assertThat(conversation.outstanding()).isZero();
    assertThat(conversation.understood()).isTrue();
  }

  @Test
  void manyRequestsWithoutAnswerCountAsAnything() {
    Conversation conversation = asked("memcached", "{touch a 1 noreply\\r\\n*64}");
    conversation.replay(this::request);
    assertThat(told).hasSize(64).allMatch(t -> t.endsWith("overwrite"));
    told.clear();
    client(conversation, "{touch a 1 noreply\\r\\n*2000}version\\r\\n");
    assertThat(told).hasSize(2001);
    told.clear();
    conversation.replay(this::request);
    assertThat(told).hasSize(65).contains("63 order-sensitive", "2064 read");
    byte[] answer = ProfileScript.bytes("VERSION 1\\r\\n");
    conversation.guest(answer, 0, answer.length);
    assertThat(conversation.outstanding()).isZero();
  }

  @Test
  void aLostConnectionTellsOfEveryCall() {
    Conversation conversation = asked("memcached", "");
    conversation.lost();
    client(conversation, "get k\\r\\nget k\\r\\n");
    client(conversation, "get k\\r\\n");
    client(conversation, "");
    assertThat(told).containsExactly("0 order-sensitive", "1 order-sensitive");
  }

  @Test
  void aBodyOfTheLargestSizeIsFollowed() {
    Conversation conversation = asked("memcached", "get k\\r\\n");
    byte[] head = ProfileScript.bytes("VALUE k 0 1073741824\\r\\n");
    assertThat(conversation.guest(head, 0, head.length).candidate()).isFalse();
    byte[] part = new byte[1 << 20];
    for (long at = 0; at < 1 << 30; at += part.length) {
      Stretch stretch = conversation.guest(part, 0, part.length);
      assertThat(stretch.candidate()).isTrue();
      assertThat(stretch.bodyPosition()).isEqualTo(at);
      assertThat(stretch.bodyTotal()).isEqualTo(1L << 30);
    }
    byte[] end = ProfileScript.bytes("\\r\\nEND\\r\\n");
    assertThat(conversation.guest(end, 0, end.length).candidate()).isFalse();
    assertThat(conversation.outstanding()).isZero();
  }

  @Test
  void anotherKeyMakesOtherHashes() {
    byte[] answer = ProfileScript.bytes("VALUE k 0 1\\r\\nx\\r\\nEND\\r\\n");
    byte[] get = ProfileScript.bytes("get k\\r\\n");
    Conversation other = Profiles.of("memcached").conversation(new HashKey(1, 2));
    other.client(get, 0, get.length, r -> {});
    Stretch a = other.guest(answer, 0, answer.length);
    Stretch b = asked("memcached", "get k\\r\\n").guest(answer, 0, answer.length);
    assertThat(a.context()).isNotEqualTo(b.context());
    assertThat(a.framing()).isNotEqualTo(b.framing());
  }

  @Test
  void aBookKnowsThePorts() {
    ProfileBook book = new ProfileBook(Profiles.all(), Profiles.KEY);
    assertThat(String.valueOf(book.service(11211))).isEqualTo("memcached");
    assertThat(book.service(22)).isNull();
    assertThat(book.conversation(22)).isNull();
    Conversation conversation = book.conversation(6379);
    assertThat(conversation).isNotNull();
    assertThat(conversation.profile()).isSameAs(Profiles.of("redis"));
  }

  @Test
  void twoServicesCannotHaveOnePort() {
    ServiceProfile one =
        new ServiceProfile("a", Set.of(1, 2), Framing.RESP, false, List.of(), Set.of());
    ServiceProfile two =
        new ServiceProfile("b", Set.of(2, 3), Framing.HTTP, false, List.of(), Set.of());
    assertThatThrownBy(() -> new ProfileBook(List.of(one, two), Profiles.KEY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port 2 is that of a and of b");
  }

  /** Vectors of the reference implementation (vectors_sip64), key 00 01 ... 0f, input 00 01 ... */
  @Test
  void theHashIsSipHash() {
    long[] expected = {0x726fdb47dd0e0e31L, 0x74f839c593dc67fdL};
    byte[] input = {0};
    KeyedHash hash = new KeyedHash();
    assertThat(hash.start(Profiles.KEY).value()).isEqualTo(expected[0]);
    assertThat(hash.start(Profiles.KEY).add(input, 0, 1).value()).isEqualTo(expected[1]);
    byte[] fifteen = new byte[15];
    for (int i = 0; i < fifteen.length; i++) {
      fifteen[i] = (byte) i;
    }
    // The example of appendix A of the paper.
    assertThat(hash.start(Profiles.KEY).add(fifteen, 0, 15).value()).isEqualTo(0xa129ca6149be45e5L);
  }
}
