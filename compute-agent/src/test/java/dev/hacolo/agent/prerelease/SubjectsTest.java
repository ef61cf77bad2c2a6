package dev.hacolo.agent.prerelease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SubjectsTest {
  private final Subjects subjects = new Subjects(3);

  @Test
  void aThingIsAsItWasUntilAChangeIsAskedFor() {
    long before = subjects.now();
    assertThat(subjects.unchangedSince(1, before)).isTrue();
    subjects.changes(1);
    assertThat(subjects.unchangedSince(1, before)).isFalse();
    assertThat(subjects.unchangedSince(2, before)).isTrue();
    assertThat(subjects.unchangedSince(1, subjects.now())).isTrue();
  }

  @Test
  void eachChangeIsSettledByItself() {
    subjects.changes(1);
    subjects.changes(1);
    assertThat(subjects.isSettled(1)).isFalse();
    assertThat(subjects.isSettled(2)).isTrue();
    subjects.settled(1);
    assertThat(subjects.isSettled(1)).isFalse();
    subjects.settled(1);
    assertThat(subjects.isSettled(1)).isTrue();
    subjects.settled(1); // one too many does not count for the next
    subjects.changes(1);
    assertThat(subjects.isSettled(1)).isFalse();
  }

  @Test
  void whatMayChangeAnythingChangesAll() {
    long before = subjects.now();
    subjects.changesAll();
    assertThat(subjects.unchangedSince(1, before)).isFalse();
    assertThat(subjects.unchangedSince(1, subjects.now())).isTrue();
  }

  /**
   * Settled ones may be forgotten: what is not remembered was changed at that time at the latest.
   */
  @Test
  void aForgottenThingWasChangedWhenTheLastOfThemWas() {
    long start = subjects.now();
    subjects.changes(1);
    subjects.settled(1);
    long first = subjects.now();
    subjects.changes(2);
    subjects.changes(3);
    assertThat(subjects.unchangedSince(4, start)).isTrue();
    subjects.changes(4);
    assertThat(subjects.isSettled(1)).isTrue();
    assertThat(subjects.unchangedSince(1, start)).isFalse();
    assertThat(subjects.unchangedSince(5, start)).isFalse();
    assertThat(subjects.unchangedSince(5, first)).isTrue();
  }

  @Test
  void withAnUnsettledOneForgottenNothingIsCertain() {
    for (int subject = 1; subject <= 4; subject++) {
      subjects.changes(subject);
    }
    assertThat(subjects.isSettled(9)).isFalse();
    assertThat(subjects.unchangedSince(9, subjects.now())).isFalse();
  }
}
