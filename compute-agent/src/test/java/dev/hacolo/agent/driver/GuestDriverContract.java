package dev.hacolo.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeQemu;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each {@link GuestDriver} does, whatever starts its VMs. */
public abstract class GuestDriverContract {
  /** The instance of most tests. */
  protected static final UUID ONE = UUID.fromString("5a0e3c1e-1111-4222-8333-444455556666");

  private static final UUID TWO = UUID.fromString("5a0e3c1e-1111-4222-8333-444455556667");

  private final EventLoop loop = new EventLoop();
  private final List<AutoCloseable> started = new ArrayList<>();

  /** Where the driver lives. */
  protected final EventLoop loop() {
    return loop;
  }

  /** Closes something when the test is over. */
  protected final <T extends AutoCloseable> T closing(T thing) {
    started.add(thing);
    return thing;
  }

  /** The driver under test. */
  protected abstract GuestDriver driver();

  /** What a secondary is started from. */
  protected abstract GuestDescription description(UUID instance);

  /** Somebody starts a guest that the driver can see. */
  protected abstract FakeQemu guest(UUID instance, boolean running) throws IOException;

  /** A secondary as the driver has started it. */
  protected abstract ColoVm secondary(UUID instance) throws IOException;

  /** Closes everything and looks for faults that nobody noticed. */
  @AfterEach
  protected void stop() throws Exception {
    for (AutoCloseable each : started) {
      each.close();
    }
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  /** What the driver lists. */
  protected final List<HostReport.Guest> guests() {
    return loop.get(() -> driver().guests());
  }

  @Test
  void guestsAreThoseWhoseQemuAnswers() throws IOException {
    guest(ONE, true);
    guest(TWO, false);
    assertThat(guests())
        .extracting(g -> g.description().uuid(), HostReport.Guest::running)
        .containsExactlyInAnyOrder(Tuple.tuple(ONE, true), Tuple.tuple(TWO, false));
  }

  @Test
  void whoAsksAtTheSameTimeGetsTheSameMonitor() throws IOException {
    guest(ONE, true);
    Future<List<HostReport.Guest>> listed = loop.begin(() -> driver().guests());
    Future<ColoVm> first = loop.begin(() -> driver().open(ONE));
    Future<ColoVm> second = loop.begin(() -> driver().open(ONE));
    ColoVm vm = loop.get(() -> first);
    assertThat(loop.get(() -> second)).isSameAs(vm);
    assertThat(loop.get(() -> listed)).hasSize(1);
  }

  @Test
  void aQemuThatHangsStaysListedAndDelaysNobody() throws IOException {
    FakeQemu qemu = guest(ONE, true);
    assertThat(guests()).hasSize(1);
    qemu.leaveUnanswered(line -> true);
    long begun = System.nanoTime();
    assertThat(guests()).singleElement().extracting(HostReport.Guest::running).isEqualTo(true);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aQemuThatDiedIsGoneAndOneThatIsStartedAgainIsBack() throws IOException {
    FakeQemu qemu = guest(ONE, true);
    ColoVm vm = loop.get(() -> driver().open(ONE));
    qemu.close();
    loop.get(() -> vm.qmp().closed().map(true));
    assertThat(guests()).isEmpty();
    guest(ONE, true);
    assertThat(guests()).hasSize(1);
    assertThat(loop.get(() -> driver().open(ONE))).isNotSameAs(vm);
  }

  @Test
  void anUnknownInstanceIsOneSentence() {
    assertThat(loop.failure(() -> driver().open(ONE))).hasMessageContaining(ONE.toString());
  }

  @Test
  void aHostThatRunsTheGuestItselfGetsNoSecondaryAndKeepsItsGuest() throws IOException {
    guest(ONE, true);
    assertThat(loop.failure(() -> driver().startSecondary(description(ONE))))
        .hasMessage(
            "the instance %s runs on this host, so it cannot have its secondary here"
                .formatted(ONE));
    assertThat(guests()).hasSize(1);
  }

  @Test
  void aSecondaryIsNoGuestUntilItIsPromoted() throws IOException {
    ColoVm vm = secondary(ONE);
    assertThat(guests()).isEmpty();
    loop.get(() -> driver().promoting(vm).map(true));
    assertThat(guests()).hasSize(1);
    assertThat(loop.get(() -> driver().open(ONE))).isSameAs(vm);
    assertThat(loop.<Boolean>get(() -> driver().isUnsettled(ONE))).isTrue();
    loop.get(() -> driver().adopt(vm).map(true));
    assertThat(loop.<Boolean>get(() -> driver().isUnsettled(ONE))).isFalse();
    assertThat(guests()).hasSize(1);
  }
}
