package dev.hacolo.agent.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.testing.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WatchdogTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration WIDE = Duration.ofSeconds(20);

  private final Process watched = sleeping();

  private static Process sleeping() {
    try {
      return new ProcessBuilder("sleep", "600").start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() {
    watched.destroyForcibly();
  }

  @Test
  void whoSaysNothingIsKilledAlsoWhenItIsStopped() throws Exception {
    new ProcessBuilder("kill", "-STOP", Long.toString(watched.pid())).start().waitFor();
    try (Watchdog watchdog = Watchdog.over(watched.pid(), PATIENCE)) {
      assertThat(watchdog.tell()).isTrue();
      assertThat(watched.waitFor(WIDE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(watched.exitValue()).isEqualTo(128 + 9);
      await().atMost(WIDE).until(() -> !watchdog.tell());
    }
  }

  @Test
  void whoGoesOnTalkingLives() {
    try (Watchdog watchdog = Watchdog.over(watched.pid(), Duration.ofSeconds(5))) {
      long end = System.nanoTime() + Duration.ofSeconds(7).toNanos();
      await()
          .atMost(WIDE)
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                assertThat(watchdog.tell()).isTrue();
                return System.nanoTime() - end > 0;
              });
    }
    assertThat(watched.isAlive()).isTrue();
  }

  @Test
  void itEndsWithTheOtherEndOfItsPipeAndKillsNobody() {
    Watchdog watchdog = Watchdog.over(watched.pid(), PATIENCE.multipliedBy(600));
    ProcessHandle itself = watchdog.handle();
    watchdog.close();
    await().atMost(WIDE).until(() -> !itself.isAlive());
    assertThat(watched.isAlive()).isTrue();
  }

  @Test
  void progressNeedsEveryPart() {
    Progress progress = new Progress(2);
    assertThat(progress.complete()).isTrue();
    assertThat(progress.complete()).isFalse();
    progress.done();
    assertThat(progress.complete()).isFalse();
    progress.done();
    assertThat(progress.complete()).isTrue();
    assertThat(progress.rounds()).isEqualTo(2);
  }

  /** This JVM would be killed if the loop that stands still were not let go in time. */
  @Test
  void aLoopThatStandsStillIsAskedOnce() {
    EventLoop loop = new EventLoop();
    Queue<Runnable> standing = new ConcurrentLinkedQueue<>();
    AgentWatch watch = new AgentWatch(loop.vertx(), List.of(standing::add), Duration.ofSeconds(30));
    loop.run(watch::start);
    await().atMost(WIDE).until(() -> standing.size() == 1);
    loop.get(() -> loop.vertx().timer(7, TimeUnit.SECONDS));
    assertThat(standing).hasSize(1);
    standing.remove().run();
    await().atMost(WIDE).until(() -> standing.size() == 1);
    loop.run(watch::close);
    loop.close();
  }
}
