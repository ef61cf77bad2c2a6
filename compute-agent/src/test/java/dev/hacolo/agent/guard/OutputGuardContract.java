package dev.hacolo.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.agent.domain.StepException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every guard does, the kernel's and the one that tests use. */
abstract class OutputGuardContract {
  private static final UUID VM = new UUID(1, 1);
  private static final long LONG = 60_000_000_000L;

  /** The guard of an agent that has just been started. */
  abstract OutputGuard started();

  /** Present time of CLOCK_BOOTTIME. */
  abstract long now();

  /** Lets so much time pass. */
  abstract void pass(long nanos);

  /** Sends a broadcast as the VM would, and says whether it has left the host's tap. */
  abstract boolean leaves(String tap);

  /** The host's taps. */
  static final String TAP = "guarded";

  static final String OTHER = "second";
  static final String FREE = "free";

  @Test
  void framesPassUntilTheDeadlineAndNotAfterIt() {
    OutputGuard guard = started();
    assertThat(guard.unusable()).isEmpty();
    OutputGuard.Armed armed = guard.arm(VM, List.of(TAP), now() + LONG);
    assertThat(leaves(TAP)).isTrue();
    armed.until(now());
    assertThat(leaves(TAP)).isFalse();
    assertThat(leaves(FREE)).isTrue();
    armed.until(now() + LONG);
    assertThat(leaves(TAP)).isTrue();
    assertThat(armed.dropped()).isEqualTo(1);
  }

  @Test
  void theDeadlineComesByItself() {
    OutputGuard guard = started();
    guard.arm(VM, List.of(TAP), now() + 20_000_000);
    pass(20_000_000);
    assertThat(leaves(TAP)).isFalse();
  }

  @Test
  void aDeadlineThatHasNotBegunIsOver() {
    OutputGuard guard = started();
    guard.arm(VM, List.of(TAP), Long.MIN_VALUE);
    assertThat(leaves(TAP)).isFalse();
  }

  @Test
  void allTapsOfTheVmHaveTheSameDeadline() {
    OutputGuard guard = started();
    OutputGuard.Armed armed = guard.arm(VM, List.of(TAP, OTHER), now() + LONG);
    assertThat(leaves(OTHER)).isTrue();
    armed.until(0);
    assertThat(leaves(TAP)).isFalse();
    assertThat(leaves(OTHER)).isFalse();
    guard.lift(VM);
    assertThat(leaves(TAP)).isTrue();
    assertThat(leaves(OTHER)).isTrue();
  }

  @Test
  void itOutlivesItsAgentAndTheNextOneTakesItAway() {
    started().arm(VM, List.of(TAP), now());
    OutputGuard next = started();
    assertThat(leaves(TAP)).isFalse();
    assertThat(next.armed()).containsExactly(VM);
    next.lift(VM);
    assertThat(leaves(TAP)).isTrue();
    assertThat(next.armed()).isEmpty();
    next.lift(VM);
  }

  @Test
  void oneThatIsThereIsReplaced() {
    OutputGuard guard = started();
    OutputGuard.Armed first = guard.arm(VM, List.of(TAP), now());
    OutputGuard.Armed second = started().arm(VM, List.of(TAP), now());
    first.until(now() + LONG);
    assertThat(leaves(TAP)).isFalse();
    second.until(now() + LONG);
    assertThat(leaves(TAP)).isTrue();
  }

  @Test
  void aTapThatIsNotThereIsOneSentenceAndNothingIsGuarded() {
    OutputGuard guard = started();
    assertThatThrownBy(() -> guard.arm(VM, List.of(TAP, "nowhere"), now()))
        .isInstanceOf(StepException.class)
        .hasMessage("there is no network device 'nowhere'");
    assertThat(leaves(TAP)).isTrue();
    assertThat(guard.armed()).isEmpty();
  }
}
