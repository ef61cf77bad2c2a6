package dev.hacolo.agent.prerelease;

import static dev.hacolo.agent.prerelease.StrictBed.content;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.Segments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that nobody reads may be anything, and may be carried out in the next epoch. */
final class UnseenRequestsTest {
  private static final String GET = "get k\r\n";
  private static final String APPEND = "append k 0 0 2\r\nab\r\n";
  private static final String VALUE = "VALUE k 0 500\r\n" + content(1, 500) + "\r\nEND\r\n";

  private final StrictBed bed = new StrictBed();
  private final StrictClient before = bed.unopened(11211);
  private final StrictClient client = bed.client(11211);

  @BeforeEach
  void known() {
    before.asks("version\r\n");
    bed.checkpoints();
    assertThat(early()).isFalse();
    assertThat(early()).isTrue();
    bed.knowledge.search();
  }

  private boolean early() {
    boolean early = client.asks(GET).answers(VALUE);
    client.equal();
    return early;
  }

  private void assertNothingInThisEpochAndTheNext() {
    assertThat(early()).isFalse();
    bed.checkpoint();
    assertThat(early()).isFalse();
    bed.checkpoint();
    assertThat(early()).isTrue();
  }

  @Test
  void onAConnectionFromBefore() {
    before.asks(APPEND);
    assertNothingInThisEpochAndTheNext();
  }

  @Test
  void inADatagram() {
    // The ports are those of a connection that is followed: UDP has its own.
    Segments segments = new Segments().fromGuest(false).ports(11211, 4001);
    bed.input(segments.udp("flush_all\r\n".getBytes(US_ASCII)));
    assertNothingInThisEpochAndTheNext();
  }

  @Test
  void aDatagramToAnotherPortIsNothing() {
    bed.input(new Segments().fromGuest(false).ports(53, 9).udp(new byte[] {1, 2, 3}));
    assertThat(early()).isTrue();
  }

  @Test
  void inAFragment() {
    bed.input(new Segments().fromGuest(false).fragment(0x2000, new byte[64]));
    assertThat(early()).isFalse();
    bed.checkpoint();
    assertThat(early()).isFalse();
  }

  @Test
  void onAConnectionThatHasGivenWay() {
    StrictClient other = bed.client(11211);
    other.asks(APPEND);
    other.openAgain();
    assertNothingInThisEpochAndTheNext();
  }

  @Test
  void aReadWithoutAnswerThatHasGivenWayIsNothing() {
    StrictClient other = bed.client(11211);
    other.asks("get j\r\n");
    other.openAgain();
    assertThat(early()).isTrue();
  }
}
