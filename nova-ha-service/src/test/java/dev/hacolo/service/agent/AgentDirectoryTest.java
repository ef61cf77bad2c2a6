package dev.hacolo.service.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.agent.AgentDirectory.Effect;
import dev.hacolo.service.domain.HostView;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AgentDirectoryTest {
  private static final UUID INCARNATION = UUID.randomUUID();
  private static final UUID PAIR = UUID.randomUUID();

  private final AtomicLong time = new AtomicLong();
  private final AgentDirectory directory = new AgentDirectory(Duration.ofSeconds(5), time::get);

  private boolean alive() {
    HostView view = directory.hosts().byName().get("a");
    return view != null && view.alive();
  }

  private void pass(int seconds) {
    time.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private static HostReport report(UUID incarnation, long sequence, SessionReport... sessions) {
    return new HostReport(
        "a",
        incarnation,
        sequence,
        "1",
        1,
        "https://192.0.2.1:1",
        "192.0.2.1",
        1,
        new HostReport.Capabilities("7", "tcg", "c"),
        new HostReport.Capacity(1, 1, 1),
        "r",
        List.of(),
        List.of(),
        List.of(sessions));
  }

  private static SessionReport session(SessionPhase phase, int percent) {
    return new SessionReport(
        PAIR,
        PAIR,
        1,
        SessionTarget.PRIMARY,
        phase,
        percent,
        percent,
        0,
        true,
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void silenceIsMeasuredAndASilentServiceConcludesNothing() {
    assertThat(directory.hosts().settled()).isFalse();
    directory.accept(report(INCARNATION, 1));
    pass(4);
    assertThat(alive()).isTrue();
    pass(1);
    assertThat(alive()).isFalse();
    assertThat(directory.hosts().settled()).isTrue();
    assertThat(directory.accept(report(INCARNATION, 2)))
        .isEqualTo(new Effect.Changed(Set.of(), true));
    assertThat(alive()).isTrue();
  }

  @Test
  void anOlderReportOfTheSameIncarnationIsDropped() {
    directory.accept(report(INCARNATION, 7));
    assertThat(directory.accept(report(INCARNATION, 6))).isInstanceOf(Effect.Dropped.class);
    assertThat(directory.accept(report(INCARNATION, 7))).isInstanceOf(Effect.Dropped.class);
    assertThat(directory.accept(report(UUID.randomUUID(), 0))).isInstanceOf(Effect.Changed.class);
  }

  @Test
  void progressWakesNobodyButAPhaseDoes() {
    directory.accept(report(INCARNATION, 1, session(SessionPhase.MIRRORING, 10)));
    assertThat(directory.accept(report(INCARNATION, 2, session(SessionPhase.MIRRORING, 20))))
        .isEqualTo(new Effect.Unchanged());
    assertThat(directory.accept(report(INCARNATION, 3, session(SessionPhase.MIGRATING, 20))))
        .isEqualTo(new Effect.Changed(Set.of(PAIR), false));
    assertThat(directory.accept(report(INCARNATION, 4)))
        .isEqualTo(new Effect.Changed(Set.of(PAIR), false));
  }
}
