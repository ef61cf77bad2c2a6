package dev.hacolo.agent.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FirstAnswerTest {
  private final EventLoop loop = new EventLoop();
  private final List<Promise<String>> asked = new CopyOnWriteArrayList<>();
  private final List<String> who = new CopyOnWriteArrayList<>();
  private final FirstAnswer<String, String> three =
      new FirstAnswer<>(
          loop.vertx(), List.of(q -> asked("a", q), q -> asked("b", q), q -> asked("c", q)));

  @AfterEach
  void stop() {
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  private Future<String> asked(String name, String question) {
    who.add(name + question);
    Promise<String> answer = Promise.promise();
    asked.add(answer);
    return answer.future();
  }

  private Future<String> ask(String question) {
    return loop.call(() -> three.ask(question));
  }

  private void answer(int which, String text) {
    loop.run(() -> asked.get(which).complete(text));
  }

  private void fail(int which, String reason) {
    loop.run(() -> asked.get(which).fail(new StepException(reason)));
  }

  @Test
  void whoAnswersIsAskedAloneAndFirstTheNextTime() {
    Future<String> first = ask("1");
    fail(0, "refused");
    answer(1, "yes");
    assertThat(first.result()).isEqualTo("yes");
    Future<String> second = ask("2");
    answer(2, "again");
    assertThat(second.result()).isEqualTo("again");
    assertThat(who).containsExactly("a1", "b1", "b2");
  }

  @Test
  void aSilentOneIsNotWaitedFor() {
    Future<String> future = ask("1");
    await().until(() -> asked.size() == 2);
    answer(1, "yes");
    assertThat(future.result()).isEqualTo("yes");
    answer(0, "late");
    assertThat(future.result()).isEqualTo("yes");
    assertThat(asked).hasSize(2);
  }

  @Test
  void aSilentOnesAnswerCountsAsLongAsThereIsNoOther() {
    Future<String> future = ask("1");
    await().until(() -> asked.size() == 3);
    fail(2, "c");
    fail(1, "b");
    assertThat(future.isComplete()).isFalse();
    answer(0, "late");
    assertThat(future.result()).isEqualTo("late");
  }

  @Test
  void whenAllHaveFailedTheQuestionHas() {
    Future<String> future = ask("1");
    fail(0, "a");
    fail(1, "b");
    assertThat(future.isComplete()).isFalse();
    fail(2, "c");
    assertThat(future.cause()).hasMessage("c");
    assertThat(who).containsExactly("a1", "b1", "c1");
  }
}
