package dev.hacolo.agent.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that depend on control flow over unsynchronised state, however they are cut. */
final class NeverCandidatesTest {
  private static final String GET = "*2\\r\\n$3\\r\\nGET\\r\\n$1\\r\\nk\\r\\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "memcached|set k 0 0 1\\r\\nx\\r\\n|STORED\\r\\n",
        "memcached|add k 0 0 1\\r\\nx\\r\\n|NOT_STORED\\r\\n",
        "memcached|cas k 0 0 1 7\\r\\nx\\r\\n|EXISTS\\r\\n",
        "memcached|delete k\\r\\n|DELETED\\r\\n",
        "memcached|touch k 1\\r\\n|TOUCHED\\r\\n",
        "memcached|incr k 1\\r\\n|42\\r\\n",
        "memcached|get k\\r\\n|END\\r\\n",
        "memcached|get k\\r\\n|ERROR\\r\\n",
        "memcached|get k\\r\\n|CLIENT_ERROR a reason\\r\\n",
        "memcached|get k\\r\\n|SERVER_ERROR a reason\\r\\n",
        "memcached|gets k\\r\\n|VALUE k 0 1 7\\r\\nx\\r\\nEND\\r\\n",
        "memcached|get k l\\r\\n|VALUE k 0 1\\r\\nx\\r\\nEND\\r\\n",
        "redis|*3\\r\\n$3\\r\\nSET\\r\\n$1\\r\\nk\\r\\n$1\\r\\nv\\r\\n|+OK\\r\\n",
        "redis|*2\\r\\n$4\\r\\nINCR\\r\\n$1\\r\\nk\\r\\n|:1\\r\\n",
        "redis|" + GET + "|:1\\r\\n",
        "redis|" + GET + "|+OK\\r\\n",
        "redis|" + GET + "|$-1\\r\\n",
        "redis|" + GET + "|$0\\r\\n\\r\\n",
        "redis|" + GET + "|-ERR a reason\\r\\n",
        "redis|" + GET + "|*1\\r\\n$1\\r\\nx\\r\\n",
        "redis|" + GET + "|=5\\r\\ntxt:x\\r\\n",
        "http|GET /f HTTP/1.1\\r\\n\\r\\n|HTTP/1.1 304 Not Modified\\r\\nETag: x\\r\\n\\r\\n",
        "http|GET /f HTTP/1.1\\r\\n\\r\\n|HTTP/1.1 204 No Content\\r\\n\\r\\n",
        "http|HEAD /f HTTP/1.1\\r\\n\\r\\n|HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\n",
        "http|GET /f HTTP/1.1\\r\\n\\r\\n|HTTP/1.1 500 No\\r\\nContent-Length: 1\\r\\n\\r\\nx",
        "http|POST /f HTTP/1.1\\r\\n\\r\\n|HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\nx",
      })
  void isNone(String service, String request, String answer) {
    byte[] bytes = ProfileScript.bytes(answer);
    for (int cut = 0; cut < bytes.length; cut++) {
      Conversation conversation = asked(service, request);
      assertThat(conversation.guest(bytes, 0, cut).candidate()).isFalse();
      assertThat(conversation.guest(bytes, cut, bytes.length - cut).candidate()).isFalse();
      assertThat(conversation.understood()).isTrue();
      assertThat(conversation.outstanding()).isZero();
    }
  }

  @Test
  void withoutTheOtherRequestItWouldBeOne() {
    byte[] answer = ProfileScript.bytes("VALUE k 0 1\\r\\nx\\r\\nEND\\r\\n");
    Conversation one = asked("memcached", "get k\\r\\n");
    assertThat(one.guest(answer, 0, answer.length).candidate()).isTrue();
    Conversation two = asked("memcached", "get k\\r\\nget k\\r\\n");
    assertThat(two.guest(answer, 0, answer.length).candidate()).isFalse();
    assertThat(two.guest(answer, 0, answer.length).candidate()).isTrue();
  }

  static Conversation asked(String service, String request) {
    Conversation conversation = Profiles.of(service).conversation(Profiles.KEY);
    byte[] bytes = ProfileScript.bytes(request);
    conversation.client(bytes, 0, bytes.length, told -> {});
    return conversation;
  }
}
