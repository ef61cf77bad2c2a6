package dev.hacolo.agent.prerelease;

import static dev.hacolo.agent.prerelease.StrictBed.content;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Segments that come again, late, or otherwise than they were. */
final class ClientOrderTest {
  private static final String GET = "get k\r\n";
  private static final String BODY = content(1, 500);
  private static final String VALUE = "VALUE k 0 500\r\n" + BODY + "\r\nEND\r\n";

  private final StrictBed bed = new StrictBed();
  private final StrictClient client = bed.client(11211);
  private final StrictClient other = bed.client(11211);

  @BeforeEach
  void known() {
    client.asks(GET).answers(VALUE);
    client.equal();
    bed.knowledge.search();
    assertThat(other.asks(GET).answers(VALUE)).isTrue();
  }

  private void assertLost() {
    assertThat(other.asks(GET).answers(VALUE)).isFalse();
    other.equal();
    assertThat(client.answers(VALUE)).isFalse();
    client.equal();
    assertThat(client.asks(GET).answers(VALUE)).isFalse();
    bed.checkpoint();
    assertThat(other.asks(GET).answers(VALUE)).as("it may still ask for anything").isFalse();
  }

  @Test
  void theSameAgainIsNothing() {
    client.asks(GET).asksAt(-GET.length(), GET);
    assertThat(client.answers(VALUE)).isTrue();
    client.asksAt(-GET.length(), GET);
    assertThat(client.asks(GET).answers(VALUE)).isTrue();
  }

  @Test
  void otherBytesInTheSamePlaceAreADoubt() {
    client.asks(GET).asksAt(-GET.length(), "get j\r\n");
    assertLost();
  }

  /** The guest has taken those that were there first. */
  @Test
  void otherBytesInAPlaceThatTheGuestHasAcknowledgedAreNone() {
    client.asks(GET).answers(VALUE);
    client.asksAt(-GET.length(), "get j\r\n");
    assertThat(client.asks(GET).answers(VALUE)).isTrue();
  }

  @Test
  void aSegmentAheadIsADoubt() {
    client.asksAt(4, "k\r\n");
    client.asksAt(0, "get ");
    client.skip(GET.length());
    assertLost();
  }

  @Test
  void anOverlapIsADoubt() {
    client.asks("get ").asksAt(-2, "t k\r\n");
    client.skip(3);
    assertLost();
  }

  @Test
  void theGuestsSegmentAgainWaits() {
    assertThat(client.asks(GET).answers(VALUE)).isTrue();
    assertThat(client.answersAt(-VALUE.length(), VALUE)).isFalse();
    client.equal();
    assertThat(client.asks(GET).answers(VALUE)).isTrue();
  }

  @Test
  void theGuestsSegmentsOutOfOrderAreADoubt() {
    client.asks(GET);
    assertThat(client.answersAt(10, VALUE.substring(10))).isFalse();
    assertLost();
  }

  @Test
  void anAnswerThatNobodyAskedForIsADoubt() {
    assertThat(client.answers(VALUE)).isFalse();
    assertLost();
  }
}
