package dev.hacolo.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CheckpointTrackerTest {
  private final CheckpointTracker tracker = new CheckpointTracker();

  @Test
  void enteringColoIsNoCheckpoint() {
    tracker.stop(1);
    tracker.enteredColo();
    assertThat(tracker.resume(2)).isFalse();
    assertThat(tracker.completed()).isZero();
  }

  @Test
  void aStopAndItsResumeAreOne() {
    tracker.enteredColo();
    tracker.resume(5);
    tracker.stop(10);
    assertThat(tracker.completed()).isZero();
    assertThat(tracker.resume(45)).isTrue();
    assertThat(tracker.completed()).isEqualTo(1);
    assertThat(tracker.lastPauseNanos()).isEqualTo(35);
    assertThat(tracker.resume(50)).isFalse();
    assertThat(tracker.completed()).isEqualTo(1);
  }

  @Test
  void thePauseIsRightWhereTheClockWrapsAround() {
    tracker.enteredColo();
    tracker.stop(Long.MAX_VALUE - 4);
    tracker.resume(Long.MIN_VALUE + 5);
    assertThat(tracker.lastPauseNanos()).isEqualTo(10);
  }

  @Test
  void leavingColoInTheMiddleOfACheckpointCompletesNothing() {
    tracker.enteredColo();
    tracker.stop(1);
    tracker.leftColo();
    assertThat(tracker.resume(2)).isFalse();
    tracker.stop(3);
    assertThat(tracker.resume(4)).isFalse();
    assertThat(tracker.completed()).isZero();
  }

  @Test
  void aSecondRoundCountsOn() {
    for (int round = 0; round < 2; round++) {
      tracker.enteredColo();
      tracker.stop(1);
      tracker.resume(2);
      tracker.leftColo();
    }
    assertThat(tracker.completed()).isEqualTo(2);
  }

  @Test
  void aStateThatIsBeingLoadedAtTheTakeOverIsStillACheckpoint() {
    CheckpointTracker tracker = new CheckpointTracker();
    tracker.enteredColo();
    tracker.stop(1);
    tracker.takingOver();
    assertThat(tracker.resume(2)).as("the load is complete").isTrue();
    tracker.leftColo();
    tracker.stop(3);
    assertThat(tracker.resume(4)).as("the take-over").isFalse();
  }

  @Test
  void aStateThatNeverArrivesIsNoCheckpoint() {
    CheckpointTracker tracker = new CheckpointTracker();
    tracker.enteredColo();
    tracker.stop(1);
    tracker.takingOver();
    tracker.leftColo();
    assertThat(tracker.resume(2)).isFalse();
  }

  @Test
  void theTakeOverOfARunningSecondaryIsNoCheckpoint() {
    CheckpointTracker tracker = new CheckpointTracker();
    tracker.enteredColo();
    tracker.takingOver();
    tracker.stop(1);
    assertThat(tracker.resume(2)).isFalse();
  }

  @Test
  void checkpointsCanBeAskedForWhenTheVmRunsInColo() {
    CheckpointTracker tracker = new CheckpointTracker();
    tracker.resume(1);
    tracker.enteredColo();
    assertThat(tracker.isReady()).as("QEMU has announced state colo only").isFalse();
    tracker.resume(2);
    assertThat(tracker.isReady()).isTrue();
    tracker.leftColo();
    assertThat(tracker.isReady()).isFalse();
  }
}
