package dev.hacolo.agent.prerelease;

import static dev.hacolo.agent.prerelease.StrictBed.content;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.compare.OutputRecord;
import org.junit.jupiter.api.Test;

/** What of a web server's answers leaves early. */
final class WebPreReleaseTest {
  private static final String PAGE = content(1, 2500);

  private final StrictBed bed = new StrictBed();
  private final StrictClient client = bed.client(80);

  private static String head(String status, int date, int length) {
    return "HTTP/1.1 %s\r\nDate: %d\r\nContent-Length: %d\r\n\r\n".formatted(status, date, length);
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private boolean flagged() {
    OutputRecord last = bed.records.get(bed.records.size() - 1);
    return last.preReleased();
  }

  private void fetch(StrictClient from, int date) {
    from.asks(get("/")).answers(head("200 OK", date, PAGE.length()));
    from.answers(PAGE.substring(0, 1448));
    from.answers(PAGE.substring(1448));
    from.equal();
  }

  @Test
  void theHeadWaitsAndTheBodyDoesNot() {
    fetch(client, 1);
    assertThat(flagged()).isFalse();
    client.asks(get("/"));
    assertThat(client.answers(head("200 OK", 2, PAGE.length()))).isFalse();
    assertThat(flagged()).isFalse();
    assertThat(client.answers(PAGE.substring(0, 1448))).as("behind its head").isFalse();
    assertThat(flagged()).isTrue();
    client.equal();
    assertThat(client.answers(PAGE.substring(1448))).isTrue();
  }

  /** It writes a log. */
  @Test
  void aWebServersReadsAreNotSpared() {
    fetch(client, 1);
    fetch(client, 2);
    client.asks(get("/"));
    assertThat(bed.hint.kind()).isEqualTo(InputHint.Kind.EARLY_READ);
  }

  @Test
  void aSegmentWithAByteOfTheHeadWaits() {
    fetch(client, 1);
    String answer = head("200 OK", 2, PAGE.length()) + PAGE;
    assertThat(client.asks(get("/")).answers(answer.substring(0, 1448))).isFalse();
    assertThat(flagged()).isFalse();
    client.equal();
    assertThat(client.answers(answer.substring(1448))).isTrue();
  }

  @Test
  void aPostDependsOnOrder() {
    fetch(client, 1);
    StrictClient other = bed.client(80);
    other.asks("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
    client.asks(get("/")).answers(head("200 OK", 2, PAGE.length()));
    client.equal();
    assertThat(client.answers(PAGE)).isFalse();
  }

  @Test
  void anotherStatusIsAnotherAnswer() {
    fetch(client, 1);
    for (int i = 0; i < 3; i++) {
      client.asks(get("/")).answers(head("404 Not Found", i, PAGE.length()));
      client.equal();
      assertThat(client.answers(PAGE)).isFalse();
      client.equal();
    }
  }

  @Test
  void notModifiedNeverIs() {
    for (int i = 0; i < 3; i++) {
      client.asks(get("/"));
      assertThat(client.answers("HTTP/1.1 304 Not Modified\r\nETag: 1\r\n\r\n")).isFalse();
      client.equal();
    }
  }
}
