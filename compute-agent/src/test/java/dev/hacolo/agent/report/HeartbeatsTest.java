package dev.hacolo.agent.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.common.api.HostReport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HeartbeatsTest {
  private final EventLoop loop = new EventLoop();
  private final List<Long> sent = new CopyOnWriteArrayList<>();
  private final List<Promise<Void>> answers = new CopyOnWriteArrayList<>();
  private final Heartbeats heartbeats =
      new Heartbeats(
          loop.vertx(), "the service", this::send, n -> Future.succeededFuture(report(n)));

  @AfterEach
  void stop() {
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  private Future<Void> send(HostReport report) {
    sent.add(report.sequence());
    Promise<Void> answer = Promise.promise();
    answers.add(answer);
    return answer.future();
  }

  private static HostReport report(long sequence) {
    return new HostReport(
        "a",
        new UUID(1, 1),
        sequence,
        "0",
        1,
        "https://a",
        "192.0.2.1",
        1,
        new HostReport.Capabilities("7.2", "tcg", "x"),
        new HostReport.Capacity(1, 1, 1),
        "rack",
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void neverTwoAtATimeAndAChangeMeanwhileIsSentAfterwards() {
    loop.run(heartbeats::start);
    loop.run(heartbeats::changed);
    loop.run(heartbeats::changed);
    assertThat(sent).containsExactly(0L);
    loop.run(() -> answers.get(0).complete());
    await().until(() -> sent.size() == 2);
    loop.run(() -> answers.get(1).fail("the service is away"));
    loop.run(heartbeats::changed);
    assertThat(sent).containsExactly(0L, 1L, 2L);
  }

  @Test
  void theNextBeatComesByItself() {
    loop.run(heartbeats::start);
    loop.run(() -> answers.get(0).fail("the service is away"));
    await().until(() -> sent.size() == 2);
    assertThat(sent).containsExactly(0L, 1L);
  }

  @Test
  void aReportThatCannotBeMadeDoesNotEndTheBeats() {
    int[] made = new int[1];
    Heartbeats failing =
        new Heartbeats(
            loop.vertx(),
            "the service",
            this::send,
            n -> {
              if (made[0]++ == 0) {
                throw new IllegalStateException("a fault");
              }
              return Future.succeededFuture(report(n));
            });
    loop.run(failing::changed);
    loop.run(failing::changed);
    assertThat(sent).containsExactly(1L);
  }
}
