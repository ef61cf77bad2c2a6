package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.Verb;
import java.util.SplittableRandom;

/**
 * Fills the token service's queue once a round, looks at all its items for as long as the round
 * lasts, so that proxies know them, and takes the first ones whenever all clients meet. Every
 * second item is too short to be known. The service has a thread for each connection: two copies of
 * it serve those who meet in different orders.
 */
final class QueueClient extends Client {
  /** The queue takes 256, and several clients fill it. */
  private static final int ENOUGH = 200;

  private boolean brief;
  private int round;
  private boolean full;

  QueueClient(int number, String host, Gate gate, Recorder recorder, SplittableRandom random) {
    super(number, Service.TOKENS, host, gate, recorder, random);
  }

  @Override
  void step(Round round, boolean meeting) throws InterruptedException {
    String queue = Round.subjectOfList(round.queue());
    if (this.round != round.number()) {
      this.round = round.number();
      full = false;
    }
    if (!full) {
      fill(round, queue);
    } else if (meeting && round.pace() != Round.Pace.CALM) {
      ask(queue, Verb.POP_LEFT, "", TokenService.pop());
    } else {
      look(queue);
    }
  }

  private void look(String queue) throws InterruptedException {
    int place = random.nextInt(ENOUGH);
    ask(queue, Verb.AT, Integer.toString(place), TokenService.look(place));
  }

  private void fill(Round round, String queue) throws InterruptedException {
    brief = !brief;
    String name = brief ? Values.brief(name(round)) : name(round);
    String answer = ask(queue, Verb.PUSH_RIGHT, name, TokenService.push(name));
    full = answer != null && answer.matches("[0-9]{1,3}") && Integer.parseInt(answer) >= ENOUGH;
  }
}
