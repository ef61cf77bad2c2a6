package dev.hacolo.agent.model;

import static dev.hacolo.agent.model.State.op;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.model.Service.Copy;
import dev.hacolo.agent.model.Setup.Release;
import org.junit.jupiter.api.Test;

/**
 * The judge itself: histories of which it is known whether one copy of the service explains them.
 */
final class HistoryTest {
  private final State state = new State();

  /** Notes a request that was sent when so many of the other client's were over. */
  private void asked(int client, int after, int answer) {
    int index = state.get(State.SENTS + client);
    state.add(State.SENTS + client, 1);
    state.put(State.AFTERS + op(client, index), after);
    state.put(State.GOTS + op(client, index), answer);
  }

  private boolean explained(String first, String second) {
    return history(first, second).isLinearisable(state);
  }

  private static History history(String first, String second) {
    return new History(Setup.of(Release.COMPARE, Rule.COMPARE, first, second));
  }

  @Test
  void requestsThatOverlapHaveAnyOrder() {
    asked(0, 0, Answer.DONE);
    asked(1, 0, Answer.VALUE_0);
    assertThat(explained("WRITE", "READ")).isTrue();
  }

  @Test
  void aReadBehindAWriteSeesIt() {
    asked(0, 0, Answer.DONE);
    asked(1, 1, Answer.VALUE_0);
    assertThat(explained("WRITE", "READ")).isFalse();
  }

  @Test
  void readsDoNotGoBack() {
    asked(0, 0, Answer.VALUE_1);
    asked(0, 0, Answer.VALUE_0);
    asked(1, 0, 0);
    assertThat(explained("READ READ", "WRITE")).isFalse();
  }

  @Test
  void anUnansweredRequestMayHaveBeenCarriedOut() {
    asked(0, 0, Answer.VALUE_0);
    asked(0, 0, Answer.VALUE_1);
    asked(1, 0, Answer.UNKNOWN);
    assertThat(explained("READ READ", "WRITE")).isTrue();
  }

  @Test
  void anItemIsHandedOutOnce() {
    asked(0, 0, Answer.ITEM_A);
    asked(1, 0, Answer.ITEM_A);
    assertThat(explained("POP", "POP")).isFalse();
  }

  @Test
  void aCountIsNotSkipped() {
    asked(0, 0, Answer.COUNT_1 + 1);
    assertThat(explained("COUNT", "READ")).isFalse();
  }

  @Test
  void anAcknowledgedWriteIsInTheSurvivor() {
    asked(0, 0, Answer.DONE);
    History history = history("WRITE", "READ");
    int written = Service.data(Service.run(Op.WRITE, Service.START, Copy.PRIMARY, 0));
    assertThat(history.isLinearisable(state, written)).isTrue();
    assertThat(history.isLinearisable(state, Service.START)).isFalse();
  }

  @Test
  void aTokenIsKnownToTheSurvivor() {
    asked(0, 0, Answer.TOKEN_0);
    History history = history("TOKEN", "READ");
    int own = Service.data(Service.run(Op.TOKEN, Service.START, Copy.PRIMARY, 0));
    int other = Service.data(Service.run(Op.TOKEN, Service.START, Copy.SECONDARY, 0));
    assertThat(history.isLinearisable(state, own)).isTrue();
    assertThat(history.isLinearisable(state, other)).isFalse();
  }
}
