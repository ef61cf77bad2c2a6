package dev.hacolo.agent.prerelease;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.provenance.LearningPolicy;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Bodies, lessons and the evidence that comes of them. */
final class BodyCollectorTest {
  private static final byte[] BODY = StrictBed.content(1, 600).getBytes(US_ASCII);
  private static final int LARGEST = LearningPolicy.DEFAULT.maxBody();

  private final FakeKnowledge knowledge = new FakeKnowledge();
  private final Service service = new Service(1 << 20, true);
  private final Requests requests = new Requests(service);
  private final BodyCollector collector = new BodyCollector(knowledge.evidence, service);

  private static BodyPart part(int position, int length) {
    return new BodyPart(position, length, position, BODY.length, 1, 2);
  }

  private static BodyPart whole(long total) {
    return new BodyPart(0, 1, 0, total, 1, 2);
  }

  private Lesson take(BodyPart part) {
    Lesson lesson = collector.take(BODY, part, requests, true);
    assertThat(lesson).isNotNull();
    return lesson;
  }

  private boolean isKnown() {
    return service.answers().bytes() > 0;
  }

  @Test
  void toldWhenEachPartIsConfirmed() {
    Lesson first = take(part(0, 200));
    first.confirmed();
    Lesson second = take(part(200, 400));
    assertThat(second).isSameAs(first);
    assertThat(knowledge.told).isEmpty();
    second.confirmed();
    assertThat(knowledge.told).singleElement().matches(t -> Arrays.equals(t.body(), BODY));
    assertThat(knowledge.told.get(0).context()).isEqualTo(1);
    assertThat(knowledge.told.get(0).framing()).isEqualTo(2);
  }

  @Test
  void aPartThatIsNotConfirmedHoldsItBack() {
    take(part(0, 200));
    take(part(200, 400)).confirmed();
    assertThat(knowledge.told).isEmpty();
  }

  @Test
  void aHoleEndsIt() {
    take(part(0, 200)).confirmed();
    assertThat(collector.take(BODY, part(201, 399), requests, true)).isNull();
    assertThat(collector.take(BODY, part(200, 400), requests, true)).isNull();
    assertThat(knowledge.told).isEmpty();
  }

  @Test
  void partsOfOtherBodiesAreNotPutTogether() {
    take(part(0, 200));
    BodyPart other = new BodyPart(200, 400, 200, BODY.length, 9, 2);
    assertThat(collector.take(BODY, other, requests, true)).isNull();
  }

  /** Its memory must not hold what is not in this body (no stitching). */
  @Test
  void aBodyThatBeginsAgainReplacesTheOneBefore() {
    Lesson first = take(part(0, 200));
    Lesson second = take(part(0, 600));
    first.confirmed();
    assertThat(knowledge.told).isEmpty();
    second.confirmed();
    assertThat(knowledge.told).hasSize(1);
  }

  @Test
  void nothingIsLearntOfWhatWasNotAlone() {
    Lesson lesson = collector.take(BODY, part(0, 600), requests, false);
    assertThat(lesson).isNotNull();
    lesson.confirmed();
    assertThat(knowledge.told).as("to be looked for in memory").hasSize(1);
    assertThat(isKnown()).isFalse();
  }

  @Test
  void tooShortAndTooLongOnesAreNotTaken() {
    assertThat(knowledge.evidence.hasRoomFor(whole(63))).isFalse();
    assertThat(knowledge.evidence.hasRoomFor(whole(64))).isTrue();
    assertThat(knowledge.evidence.hasRoomFor(whole(LARGEST))).isTrue();
    assertThat(knowledge.evidence.hasRoomFor(whole(LARGEST + 1))).isFalse();
    assertThat(collector.take(BODY, whole(63), requests, true)).isNull();
  }

  @Test
  void whatIsCollectedIsBounded() {
    int count = (int) (Evidence.MAX_COLLECTING_BYTES / LARGEST);
    BodyCollector[] all = new BodyCollector[count + 1];
    for (int i = 0; i <= count; i++) {
      all[i] = new BodyCollector(knowledge.evidence, service);
      boolean taken = all[i].take(BODY, whole(LARGEST), requests, true) != null;
      assertThat(taken).isEqualTo(i < count);
    }
    all[0].giveUp();
    all[0].giveUp();
    assertThat(all[count].take(BODY, whole(LARGEST), requests, true)).isNotNull();
    assertThat(all[0].take(BODY, whole(LARGEST), requests, true)).isNull();
  }

  @Test
  void aConfirmedBodyMakesRoom() {
    take(part(0, 600)).confirmed();
    knowledge.evidence.collects(Evidence.MAX_COLLECTING_BYTES - 64);
    assertThat(knowledge.evidence.hasRoomFor(whole(64))).isTrue();
    assertThat(knowledge.evidence.hasRoomFor(whole(65))).isFalse();
  }

  @Test
  void whatIsIndexedIsNotToldAgain() {
    take(part(0, 600)).confirmed();
    knowledge.search();
    take(part(0, 600)).confirmed();
    assertThat(knowledge.told).isEmpty();
  }

  @Test
  void evidenceIsOfMemoryAndNotOfInputs() {
    knowledge.put(BODY, 1, 2);
    assertThat(knowledge.evidence.synced(BODY, part(0, 600))).as("unknown inputs").isFalse();
    knowledge.inputs.beginEpoch();
    knowledge.inputs.beginEpoch();
    assertThat(knowledge.evidence.synced(BODY, part(0, 600))).isTrue();
    assertThat(knowledge.evidence.synced(BODY, part(100, 300))).isTrue();
    knowledge.unmodified = false;
    assertThat(knowledge.evidence.synced(BODY, part(0, 600))).isFalse();
    knowledge.unmodified = true;
    knowledge.inputs.datagram(BODY, 0, BODY.length);
    assertThat(knowledge.evidence.synced(BODY, part(0, 600))).isFalse();
  }
}
