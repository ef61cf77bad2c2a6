package dev.hacolo.agent.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeQemuMonitor;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QmpClientTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(150);
  private static final JsonObject NOTHING = new JsonObject();

  private final EventLoop loop = new EventLoop();
  private final Path socket;
  private final List<AutoCloseable> started = new ArrayList<>();

  QmpClientTest(@TempDir Path directory) {
    socket = directory.resolve("qmp");
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : started) {
      each.close();
    }
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  private FakeQemuMonitor monitor(FakeQemuMonitor.Script script) {
    FakeQemuMonitor monitor = new FakeQemuMonitor(socket, script);
    started.add(monitor);
    return monitor;
  }

  /** A monitor that keeps commands until the test answers them. */
  private record Kept(FakeQemuMonitor monitor, BlockingQueue<Long> ids) {
    long next() throws InterruptedException {
      Long id = ids.poll(10, TimeUnit.SECONDS);
      assertThat(id).as("a command").isNotNull();
      return id == null ? 0 : id;
    }
  }

  private Kept keeping() {
    BlockingQueue<Long> ids = new ArrayBlockingQueue<>(100);
    return new Kept(monitor((m, name, id, arguments) -> ids.add(id)), ids);
  }

  private QmpClient connect(Duration deadline) {
    return loop.get(() -> QmpClient.connect(loop.vertx(), socket, "vm", deadline));
  }

  private static QmpException.Kind kind(Throwable failure) {
    assertThat(failure).isInstanceOf(QmpException.class);
    return ((QmpException) failure).kind();
  }

  @Test
  void resultsOfEveryKindComeBack() {
    monitor(
        (m, name, id, arguments) -> {
          switch (name) {
            case "object" -> m.reply(id, new JsonObject().put("a", arguments.getInteger("n")));
            case "list" -> m.reply(id, new JsonArray().add(1).add(2));
            default -> m.reply(id, "text");
          }
        });
    QmpClient qmp = connect(LONG);
    assertThat(loop.<Object>get(() -> qmp.command("object", new JsonObject().put("n", 7))))
        .isEqualTo(new JsonObject().put("a", 7));
    assertThat(loop.<Object>get(() -> qmp.command("list")))
        .isEqualTo(new JsonArray().add(1).add(2));
    assertThat(loop.<Object>get(() -> qmp.command("other"))).isEqualTo("text");
    assertThat(loop.call(qmp::isOpen)).isTrue();
  }

  @Test
  void overlappingCommandsAreMatchedByIdInAnyOrder() throws InterruptedException {
    Kept kept = keeping();
    QmpClient qmp = connect(LONG);
    Future<Object> first = loop.begin(() -> qmp.command("a"));
    Future<Object> second = loop.begin(() -> qmp.command("b"));
    Future<Object> third = loop.begin(() -> qmp.command("c"));
    long a = kept.next();
    long b = kept.next();
    long c = kept.next();
    kept.monitor().reply(c, "C");
    kept.monitor().refuse(a, "no a");
    kept.monitor().reply(b, "B");
    assertThat(loop.<Object>get(() -> second)).isEqualTo("B");
    assertThat(loop.<Object>get(() -> third)).isEqualTo("C");
    assertThat(loop.failure(() -> first)).hasMessage("vm: a: no a");
  }

  @Test
  void yankIsCarriedOutWhateverTheMainLoopDoes() {
    List<String> urgent = new ArrayList<>();
    monitor(
        new FakeQemuMonitor.Script() {
          @Override
          public void command(FakeQemuMonitor m, String name, long id, JsonObject arguments) {
            // The main loop hangs.
          }

          @Override
          public void urgent(FakeQemuMonitor m, String name, long id, JsonObject arguments) {
            urgent.add(name);
            m.reply(id, NOTHING);
          }
        });
    QmpClient qmp = connect(LONG);
    loop.begin(() -> qmp.command("query-status"));
    loop.<Object>get(() -> qmp.command("query-yank"));
    loop.<Object>get(() -> qmp.command("yank", new JsonObject().put("instances", new JsonArray())));
    assertThat(urgent).containsExactly("query-yank", "yank");
  }

  @Test
  void aMonitorWithoutOutOfBandIsAskedInTurn() {
    monitor(
        new FakeQemuMonitor.Script() {
          @Override
          public void connected(FakeQemuMonitor m) {
            m.raw("{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n");
          }

          @Override
          public void command(FakeQemuMonitor m, String name, long id, JsonObject arguments) {
            m.reply(id, name);
          }
        });
    QmpClient qmp = connect(LONG);
    assertThat(loop.<Object>get(() -> qmp.command("query-yank"))).isEqualTo("query-yank");
  }

  @Test
  void aRefusalNamesVmCommandAndReason() {
    monitor((m, name, id, arguments) -> m.refuse(id, "Device 'x' not found"));
    QmpClient qmp = connect(LONG);
    Throwable failure = loop.failure(() -> qmp.command("device_del"));
    assertThat(failure).hasMessage("vm: device_del: Device 'x' not found");
    assertThat(kind(failure)).isEqualTo(QmpException.Kind.REFUSED);
  }

  @Test
  void eventsComeInOrderAlsoBetweenCommandAndReply() {
    monitor(
        (m, name, id, arguments) -> {
          m.event("STOP", NOTHING);
          m.event("MIGRATION", new JsonObject().put("status", "colo"));
          m.reply(id, NOTHING);
          m.event("RESUME", NOTHING);
          m.event("LAST", NOTHING);
        });
    QmpClient qmp = connect(LONG);
    List<String> seen = new ArrayList<>();
    io.vertx.core.Promise<Void> last = io.vertx.core.Promise.promise();
    loop.run(
        () ->
            qmp.listen(
                event -> {
                  seen.add(event.name() + event.data().getString("status", ""));
                  if (event.name().equals("LAST")) {
                    last.complete();
                  }
                }));
    loop.get(() -> qmp.command("cont").onSuccess(r -> seen.add("reply")));
    loop.get(() -> last.future().map(true));
    assertThat(seen).containsExactly("STOP", "MIGRATIONcolo", "reply", "RESUME", "LAST");
  }

  @Test
  void aListenerThatWasTakenOffHearsNothingMore() {
    monitor(
        (m, name, id, arguments) -> {
          m.event("E", NOTHING);
          m.reply(id, NOTHING);
        });
    QmpClient qmp = connect(LONG);
    List<QmpEvent> seen = new ArrayList<>();
    java.util.function.Consumer<QmpEvent> listener = seen::add;
    loop.run(() -> qmp.listen(listener));
    loop.get(() -> qmp.command("x"));
    loop.run(() -> qmp.unlisten(listener));
    loop.get(() -> qmp.command("x"));
    assertThat(seen).hasSize(1);
  }

  @Test
  void anUnansweredCommandEndsAtItsDeadlineAndALateAnswerIsHarmless() throws InterruptedException {
    Kept kept = keeping();
    QmpClient qmp = connect(LONG);
    Throwable failure = loop.failure(() -> qmp.command("slow", null, SHORT));
    assertThat(failure).hasMessage("vm: slow: no answer within 150 ms");
    assertThat(kind(failure)).isEqualTo(QmpException.Kind.TIMEOUT);
    kept.monitor().reply(kept.next(), "late");
    Future<Object> other = loop.begin(() -> qmp.command("other"));
    kept.monitor().reply(kept.next(), "in time");
    assertThat(loop.<Object>get(() -> other)).isEqualTo("in time");
  }

  @Test
  void aDyingQemuFailsEveryOpenCommandAndIsTold() throws InterruptedException {
    Kept kept = keeping();
    QmpClient qmp = connect(LONG);
    List<Future<Object>> open = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      open.add(loop.begin(() -> qmp.command("c")));
      kept.next();
    }
    kept.monitor().die();
    for (Future<Object> each : open) {
      assertThat(kind(loop.failure(() -> each))).isEqualTo(QmpException.Kind.CLOSED);
    }
    loop.get(() -> qmp.closed().map(true));
    assertThat(loop.call(qmp::isOpen)).isFalse();
    assertThat(loop.failure(() -> qmp.command("after")))
        .hasMessage("vm: after: QEMU has closed the monitor");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "this is not JSON\n",
        "[1,2]\n",
        "null\n",
        "\n",
        "{\"event\": \"X\", \"data\": [1]}\n",
        "{\"return\": {}, \"id\": \"seven\"}\n",
        "{\"error\": 5, \"id\": 2}\n"
      })
  void garbageClosesTheConnection(String garbage) {
    monitor((m, name, id, arguments) -> m.raw(garbage));
    QmpClient qmp = connect(LONG);
    assertThat(kind(loop.failure(() -> qmp.command("x")))).isEqualTo(QmpException.Kind.CLOSED);
    loop.get(() -> qmp.closed().map(true));
  }

  @Test
  void aMessageWithoutEndClosesTheConnection() {
    monitor((m, name, id, arguments) -> m.raw("x".repeat(5 << 20)));
    QmpClient qmp = connect(LONG);
    assertThat(kind(loop.failure(() -> qmp.command("x")))).isEqualTo(QmpException.Kind.CLOSED);
  }

  @Test
  void linesMayComeInPiecesAndSeveralAtOnce() {
    monitor(
        (m, name, id, arguments) -> {
          String event = "{\"event\": \"E\", \"timestamp\": {}}\r\n";
          String reply = "{\"return\": \"ä\", \"id\": %d}\r\n".formatted(id);
          String all = event + event + reply + event;
          int cut = name.equals("whole") ? all.length() : all.indexOf("ret") + 1;
          m.raw(all.substring(0, cut));
          m.raw(all.substring(cut));
        });
    QmpClient qmp = connect(LONG);
    List<QmpEvent> seen = new ArrayList<>();
    loop.run(() -> qmp.listen(seen::add));
    assertThat(loop.<Object>get(() -> qmp.command("whole"))).isEqualTo("ä");
    assertThat(loop.<Object>get(() -> qmp.command("pieces"))).isEqualTo("ä");
    assertThat(loop.call(seen::size)).isGreaterThanOrEqualTo(5);
  }

  @Test
  void aMonitorThatNeverGreetsIsGivenUp() {
    monitor(
        new FakeQemuMonitor.Script() {
          @Override
          public void connected(FakeQemuMonitor m) {}

          @Override
          public void command(FakeQemuMonitor m, String name, long id, JsonObject arguments) {}
        });
    Throwable failure = loop.failure(() -> QmpClient.connect(loop.vertx(), socket, "vm", SHORT));
    assertThat(kind(failure)).isEqualTo(QmpException.Kind.TIMEOUT);
    assertThat(failure).hasMessageContaining("does not greet");
  }

  @Test
  void aMonitorThatHangsUpBeforeItGreetsIsGone() {
    monitor(
        new FakeQemuMonitor.Script() {
          @Override
          public void connected(FakeQemuMonitor m) {
            m.hangUp();
          }

          @Override
          public void command(FakeQemuMonitor m, String name, long id, JsonObject arguments) {}
        });
    Throwable failure = loop.failure(() -> QmpClient.connect(loop.vertx(), socket, "vm", LONG));
    assertThat(kind(failure)).isEqualTo(QmpException.Kind.CLOSED);
  }

  @Test
  void aMissingSocketIsOneSentence() {
    Throwable failure = loop.failure(() -> QmpClient.connect(loop.vertx(), socket, "vm", LONG));
    assertThat(kind(failure)).isEqualTo(QmpException.Kind.CLOSED);
    assertThat(failure)
        .hasMessageStartingWith("vm: the monitor " + socket + " cannot be reached: ");
  }

  @Test
  void afterCloseTheNextClientIsServed() {
    monitor((m, name, id, arguments) -> m.reply(id, name));
    QmpClient first = connect(LONG);
    loop.run(first::close);
    loop.get(() -> first.closed().map(true));
    assertThat(loop.<Object>get(() -> connect2().compose(q -> q.command("x")))).isEqualTo("x");
  }

  private Future<QmpClient> connect2() {
    return QmpClient.connect(loop.vertx(), socket, "vm", LONG);
  }
}
