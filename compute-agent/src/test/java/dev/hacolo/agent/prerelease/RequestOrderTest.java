package dev.hacolo.agent.prerelease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.GatePolicy;
import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.compare.InputHint.Kind;
import dev.hacolo.agent.compare.OutputRecord;
import org.junit.jupiter.api.Test;

/** What B is told of requests, and which of them an output answers. */
final class RequestOrderTest {
  private static final String STORED = "STORED\r\n";

  private StrictBed bed = new StrictBed(GatePolicy.Release.COMPARE);
  private StrictClient client = bed.client(11211);

  private void strict() {
    bed = new StrictBed();
    client = bed.client(11211);
  }

  private InputHint asked(String text) {
    client.asks(text);
    return bed.hint;
  }

  private static String value(String key) {
    return "VALUE %s 0 200\r\n%s\r\nEND\r\n".formatted(key, StrictBed.content(1, 200));
  }

  /** Which input the last output answers. */
  private long answers() {
    return ((OutputRecord.Stream) bed.records.get(bed.records.size() - 1)).answers();
  }

  @Test
  void requestsAreTakenForWhatTheirProfileSays() {
    assertThat(asked("get a\r\n").kind()).isEqualTo(Kind.READ);
    assertThat(asked("set a 0 0 1\r\nx\r\n").kind()).isEqualTo(Kind.OVERWRITE);
    assertThat(asked("incr a 1\r\n").kind()).isEqualTo(Kind.OVERWRITE);
    bed.client(6379).asks("*2\r\n$4\r\nLPOP\r\n$1\r\na\r\n");
    assertThat(bed.hint.kind()).isEqualTo(Kind.ORDERED);
  }

  @Test
  void twoRequestsInOneInputKeepTheirPlace() {
    assertThat(asked("get a\r\nget b\r\n").kind()).isEqualTo(Kind.ORDERED);
  }

  @Test
  void aThingHasOneTagOnAllConnections() {
    int tag = asked("get a\r\n").tag();
    assertThat(asked("get b\r\n").tag()).isNotEqualTo(tag);
    bed.client(11211).asks("set a 0 0 1\r\nx\r\n");
    assertThat(bed.hint.tag()).isEqualTo(tag);
  }

  @Test
  void withoutAProfileNothingIsSaid() {
    bed.client(7000).asks("get a\r\n");
    assertThat(bed.hint).isEqualTo(InputHint.NONE);
  }

  @Test
  void aRepeatedSegmentAsksNothing() {
    asked("get a\r\n");
    client.asksAt(-7, "get a\r\n");
    assertThat(bed.hint).isEqualTo(InputHint.NONE);
  }

  @Test
  void ofAConnectionWithARequestThatIsNotUnderstoodNothingIsSaidAnyMore() {
    asked("what is this\r\n");
    assertThat(asked("get a\r\n")).isEqualTo(InputHint.NONE);
  }

  @Test
  void afterAGapNothingIsUnderstoodAnyMore() {
    client.asksAt(5, "get a\r\n");
    assertThat(bed.hint).isEqualTo(InputHint.NONE);
    client.skip(12);
    assertThat(asked("get a\r\n")).isEqualTo(InputHint.NONE);
  }

  @Test
  void anAnswerNamesItsInput() {
    asked("get a\r\n");
    long input = bed.gate.inputs();
    client.answers(value("a"));
    assertThat(answers()).isEqualTo(input);
  }

  @Test
  void nothingIsAnsweredBeforeTheLastSegmentOfAnAnswer() {
    asked("get a\r\n");
    long first = bed.gate.inputs();
    client.answers(value("a"));
    asked("get a\r\n");
    String whole = value("a");
    client.answers(whole.substring(0, 100));
    assertThat(answers()).isEqualTo(first);
    client.answers(whole.substring(100));
    assertThat(answers()).isEqualTo(first + 1);
  }

  @Test
  void anInputWithTwoRequestsIsAnsweredByTheSecondAnswer() {
    asked("set a 0 0 1\r\nx\r\nset b 0 0 1\r\nx\r\n");
    client.answers(STORED);
    assertThat(answers()).isEqualTo(-1);
    client.answers(STORED);
    assertThat(answers()).isEqualTo(bed.gate.inputs());
  }

  @Test
  void compareReleasesNothingEarly() {
    for (int i = 0; i < 3; i++) {
      asked("get a\r\n");
      assertThat(client.answers(value("a"))).isFalse();
      client.equal();
    }
    assertThat(bed.hint.kind()).isEqualTo(Kind.READ);
  }

  @Test
  void whatWasReadEarlyTheLastTimeIsExpectedToBeAgain() {
    strict();
    asked("get a\r\n");
    client.answers(value("a"));
    client.equal();
    assertThat(asked("get a\r\n").kind()).isEqualTo(Kind.READ);
    assertThat(client.answers(value("a"))).isTrue();
    assertThat(answers()).isEqualTo(bed.gate.inputs());
    client.equal();
    assertThat(asked("get a\r\n").kind()).isEqualTo(Kind.TRACELESS_READ);
    client.answers(value("a"));
    asked("set a 0 0 1\r\nx\r\n");
    assertThat(asked("get a\r\n").kind()).isEqualTo(Kind.READ);
  }

  /** A read of one thing that was read early before. */
  private void aIsReadEarly() {
    strict();
    for (int i = 0; i < 2; i++) {
      asked("get a\r\n");
      client.answers(value("a"));
      client.equal();
    }
  }

  @Test
  void onlyAWholeReadThatIsAloneInItsInputIsTraceless() {
    aIsReadEarly();
    assertThat(asked("get a\r\n").kind()).isEqualTo(Kind.TRACELESS_READ);
    client.answers(value("a"));
    asked("set b 0 0 5\r\n12");
    assertThat(asked("345\r\nget a\r\n").kind()).isEqualTo(Kind.EARLY_READ);
    client.answers(STORED);
    client.equal();
    client.answers(value("a"));
    assertThat(asked("get a\r\nset b 0 0 5\r\n").kind()).isNotEqualTo(Kind.TRACELESS_READ);
  }

  @Test
  void inAnEpochWithAnOrderSensitiveRequestNothingIsExpected() {
    strict();
    asked("get a\r\n");
    client.answers(value("a"));
    client.equal();
    asked("get a\r\n");
    client.answers(value("a"));
    client.equal();
    bed.client(11211).asks("flush_all\r\n");
    assertThat(asked("get a\r\n").kind()).isEqualTo(Kind.READ);
  }
}
