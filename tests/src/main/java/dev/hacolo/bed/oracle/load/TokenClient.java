package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.RoundJudge;
import dev.hacolo.bed.oracle.judge.Verb;
import java.util.SplittableRandom;

/** Asks for numbers, tokens and things that every copy of the guest answers by itself. */
final class TokenClient extends Client {
  private static final int BLOBS = 8;
  private static final int RANDOM_BYTES = 512;

  TokenClient(int number, String host, Gate gate, Recorder recorder, SplittableRandom random) {
    super(number, Service.TOKENS, host, gate, recorder, random);
  }

  @Override
  void step(Round round, boolean meeting) throws InterruptedException {
    if (random.nextInt(1000) < round.own()) {
      own();
    } else if (meeting || random.nextInt(3) == 0) {
      ask(RoundJudge.TOKENS, Verb.NEXT, "", TokenService.next());
    } else {
      askAside("blob", TokenService.blob(random.nextInt(BLOBS)));
    }
  }

  private void own() throws InterruptedException {
    int choice = random.nextInt(10);
    if (choice < 6) {
      ask(RoundJudge.TOKENS, Verb.TOKEN, "", TokenService.token());
    } else if (choice < 8) {
      askAside("clock", TokenService.now());
    } else {
      askAside("random bytes", TokenService.random(RANDOM_BYTES));
    }
  }
}
