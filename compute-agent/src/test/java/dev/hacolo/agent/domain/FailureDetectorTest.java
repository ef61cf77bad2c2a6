package dev.hacolo.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times are offsets from a start that lies at the edges of what a monotonic clock can show. */
final class FailureDetectorTest {
  private static final long SUSPICION = 400;
  private static final long BEAT = 50;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE - 200, Long.MIN_VALUE, -200})
  void aPeerThatAnswersIsNeverSuspected(long start) {
    FailureDetector detector = new FailureDetector(SUSPICION, start);
    for (long t = BEAT; t < 100 * BEAT; t += BEAT) {
      detector.received(start + t, start + t - BEAT);
      assertThat(detector.suspects(start + t)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 200, -200})
  void silenceIsSuspectedAfterTheBound(long start) {
    FailureDetector detector = new FailureDetector(SUSPICION, start);
    detector.received(start + BEAT, start + 1);
    for (long t = 2 * BEAT; t <= BEAT + SUSPICION - BEAT; t += BEAT) {
      assertThat(detector.suspects(start + t)).isFalse();
    }
    assertThat(detector.suspects(start + SUSPICION + 2)).isTrue();
    assertThat(detector.silenceNanos(start + SUSPICION + 2)).isEqualTo(SUSPICION + 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 200, -200})
  void aStaleEchoIsAsGoodAsSilence(long start) {
    FailureDetector detector = new FailureDetector(SUSPICION, start);
    boolean suspected = false;
    for (long t = BEAT; t <= SUSPICION + 2 * BEAT; t += BEAT) {
      detector.received(start + t, start + 5);
      suspected = detector.suspects(start + t);
      assertThat(suspected).isEqualTo(t - 5 > SUSPICION);
    }
    assertThat(suspected).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, -200})
  void aPeerThatHasHeardNothingYetHasTheSameBound(long start) {
    FailureDetector detector = new FailureDetector(SUSPICION, start);
    for (long t = BEAT; t <= SUSPICION; t += BEAT) {
      detector.received(start + t, 0);
      assertThat(detector.suspects(start + t)).isFalse();
    }
    detector.received(start + SUSPICION + 1, 0);
    assertThat(detector.suspects(start + SUSPICION + 1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, -200})
  void anOlderEchoAndOneFromTheFutureChangeNothing(long start) {
    FailureDetector detector = new FailureDetector(SUSPICION, start);
    detector.received(start + 100, start + 90);
    detector.received(start + 150, start + 50);
    detector.received(start + 200, start + 100_000);
    assertThat(detector.silenceNanos(start + 200)).isEqualTo(110);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, -200})
  void whoStalledHimselfDoesNotBlameThePeerAtOnce(long start) {
    FailureDetector detector = new FailureDetector(SUSPICION, start);
    assertThat(detector.suspects(start + BEAT)).isFalse();
    // This host did nothing for 2 s: what the peer sent meanwhile is not read yet.
    assertThat(detector.suspects(start + 2_000)).isFalse();
    detector.received(start + 2_001, start + 1_990);
    assertThat(detector.suspects(start + 2_000 + BEAT)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, -200})
  void aHostThatStallsAgainAndAgainStillFindsSilence(long start) {
    FailureDetector detector = new FailureDetector(SUSPICION, start);
    assertThat(detector.suspects(start + 2_000)).isFalse();
    assertThat(detector.suspects(start + 4_000)).isTrue();
  }
}
