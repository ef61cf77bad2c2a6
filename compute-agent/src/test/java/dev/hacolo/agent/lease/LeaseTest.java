package dev.hacolo.agent.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class LeaseTest {
  private static final LeaseTerms TERMS = new LeaseTerms(300, 11, 25);

  @Test
  void theWaitCoversTheSlowestClockThereAndTheFastestHere() {
    assertThat(TERMS.waitNanos()).isEqualTo(375 + 25); // 300 * 111 / 89, rounded up
    assertThat(new LeaseTerms(300, 0, 0).waitNanos()).isEqualTo(300);
    assertThat(TERMS.lasting(600).waitNanos()).isEqualTo(749 + 25);
    assertThatThrownBy(() -> new LeaseTerms(300, 51, 0)).hasMessageContaining("51 %");
    assertThatThrownBy(() -> TERMS.lasting(0)).hasMessageContaining("0 ns");
  }

  @Test
  void aLeaseEndsAfterTheSendTimeOfWhatWasAnswered() {
    OutputLease lease = new OutputLease(300);
    assertThat(lease.holds(1)).isFalse();
    assertThat(lease.answered(1000, false, 1090)).isTrue();
    assertThat(lease.holds(1299)).isTrue();
    assertThat(lease.holds(1300)).isFalse();
    assertThat(lease.until()).isEqualTo(1300);
  }

  @Test
  void answersThatAreOldOrAreNoneOrComeFromAServingPeerRenewNothing() {
    OutputLease lease = new OutputLease(300);
    assertThat(lease.answered(0, false, 1000)).isFalse();
    assertThat(lease.answered(1001, false, 1000)).isFalse();
    assertThat(lease.answered(900, true, 1000)).isFalse();
    assertThat(lease.answered(900, false, 1000)).isTrue();
    assertThat(lease.answered(900, false, 1100)).isFalse();
    assertThat(lease.answered(800, false, 1100)).isFalse();
    assertThat(lease.until()).isEqualTo(1200);
  }

  @Test
  void theWaitCountsFromTheNewestHeartbeatThatWasAnswered() {
    LeaseGrant grant = new LeaseGrant(TERMS);
    assertThat(grant.echo()).isZero();
    assertThat(grant.remainingNanos(5)).isZero();
    grant.received(70, 1000);
    grant.received(60, 1100); // an older one changes nothing
    grant.received(70, 1200);
    assertThat(grant.echo()).isEqualTo(70);
    assertThat(grant.remainingNanos(1000)).isEqualTo(400);
    assertThat(grant.remainingNanos(1399)).isEqualTo(1);
    assertThat(grant.remainingNanos(1400)).isZero();
  }

  @Test
  void whatComesAfterTheWithdrawalIsNotAnswered() {
    LeaseGrant grant = new LeaseGrant(TERMS);
    grant.received(70, 1000);
    grant.withdraw();
    grant.received(90, 1200);
    assertThat(grant.isWithdrawn()).isTrue();
    assertThat(grant.echo()).isEqualTo(70);
    assertThat(grant.remainingNanos(1400)).isZero();
  }

  @Test
  void aDeadlineIsThereUntilItIsLifted() {
    OutputDeadline deadline = new OutputDeadline();
    assertThat(deadline.allows(Long.MAX_VALUE - 1)).isTrue();
    assertThat(deadline.isSet()).isFalse();
    deadline.set(50);
    assertThat(deadline.isSet()).isTrue();
    assertThat(deadline.allows(49)).isTrue();
    assertThat(deadline.allows(50)).isFalse();
    deadline.set(Long.MIN_VALUE);
    assertThat(deadline.allows(50)).isFalse();
    deadline.lift();
    assertThat(deadline.allows(50)).isTrue();
  }
}
