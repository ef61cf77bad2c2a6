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

  /** A web server that puts head and body into one segment. */
  private boolean[] oneGo(StrictClient from, String head) {
    String answer = head + PAGE;
    from.asks(get("/"));
    boolean first = from.answers(answer.substring(0, 1448));
    boolean second = from.answers(answer.substring(1448));
    return new boolean[] {first, second};
  }

  @Test
  void aHeadThatBothHaveSentDoesNotWaitAgain() {
    String head = head("200 OK", 1, PAGE.length());
    assertThat(oneGo(client, head)).containsExactly(false, false);
    client.equal();
    assertThat(oneGo(client, head)).containsExactly(true, true);
    assertThat(oneGo(bed.client(80), head)).as("on another connection").containsExactly(true, true);
    client.asks(get("/"));
    assertThat(client.answers(head)).as("by itself").isTrue();
    assertThat(client.answers(PAGE)).isTrue();
  }

  @Test
  void itIsForgottenWithTheNextChange() {
    String head = head("200 OK", 1, PAGE.length());
    oneGo(client, head);
    client.equal();
    StrictClient other = bed.client(80);
    other.asks("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
    other.answers("HTTP/1.1 204 No Content\r\n\r\n");
    other.equal();
    bed.checkpoints();
    assertThat(oneGo(client, head)).containsExactly(false, false);
    client.equal();
    assertThat(oneGo(client, head)).containsExactly(true, true);
  }

  @Test
  void aHeadThatOnlyThePrimaryHasSentIsNotKnown() {
    String head = head("200 OK", 1, PAGE.length());
    fetch(client, 2);
    oneGo(bed.client(80), head); // and no verdict comes
    assertThat(oneGo(client, head)).containsExactly(false, false);
  }

  @Test
  void aHeadThatAnsweredOneOfTwoRequestsIsNotKnown() {
    String head = head("200 OK", 1, PAGE.length());
    client.asks(get("/") + get("/"));
    client.answers(head);
    client.answers(PAGE);
    client.equal();
    assertThat(client.answers(head)).isFalse();
    client.answers(PAGE);
    client.equal();
    assertThat(oneGo(client, head)).as("the second one stood alone").containsExactly(true, true);
  }

  @Test
  void theHeadOfAnotherThingIsAnother() {
    String head = head("200 OK", 1, PAGE.length());
    oneGo(client, head);
    client.equal();
    client.asks(get("/other"));
    assertThat(client.answers(head)).isFalse();
  }

  @Test
  void aHeadBehindAnInterimAnswerWaits() {
    String head = head("200 OK", 1, PAGE.length());
    oneGo(client, head);
    client.equal();
    client.asks(get("/"));
    String interim = "HTTP/1.1 100 Continue\r\n\r\n";
    assertThat(client.answers(interim + head + PAGE.substring(0, 1000))).isFalse();
  }

  /** The two VMs may have carried it out before the read or behind it. */
  @Test
  void aHeadOfAReadBesideAChangeIsNotKnown() {
    String head = head("200 OK", 1, PAGE.length());
    StrictClient other = bed.client(80);
    other.asks("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
    oneGo(client, head);
    client.equal();
    other.answers("HTTP/1.1 204 No Content\r\n\r\n");
    other.equal();
    bed.checkpoints();
    client.asks(get("/"));
    assertThat(client.answers(head)).isFalse();
  }

  @Test
  void aKnownHeadWaitsWithABodyThatIsNot() {
    String head = head("200 OK", 1, PAGE.length());
    oneGo(client, head);
    client.equal();
    client.asks(get("/"));
    assertThat(client.answers(head + content(2, 1000))).isFalse();
    assertThat(flagged()).isFalse();
  }

  @Test
  void aHeadInTwoPiecesWaits() {
    String head = head("200 OK", 1, PAGE.length());
    oneGo(client, head);
    client.equal();
    client.asks(get("/"));
    assertThat(client.answers(head.substring(0, 20))).isFalse();
    assertThat(client.answers(head.substring(20))).isFalse();
    assertThat(flagged()).isFalse();
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
