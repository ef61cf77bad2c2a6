package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.Operation;
import dev.hacolo.bed.oracle.judge.RoundJudge;
import dev.hacolo.bed.oracle.judge.Verb;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Asks the survivor for everything that it has to know, when no client asks any more, and tidies
 * up. Not thread-safe.
 */
final class Survey {
  private static final int NUMBER = 99;
  private static final int PATIENCE_MS = 15_000;
  private static final int OLD_TOKENS = 4000;
  private static final int OLD_TOKENS_ASKED = 120;
  private static final int TOKENS_IN_A_LINE = 60;
  private static final int COMPACT_EVERY = 8;

  private final String host;
  private final Recorder recorder;
  private final SplittableRandom random;
  private final Deque<String> old = new ArrayDeque<>();

  Survey(String host, Recorder recorder, SplittableRandom random) {
    this.host = host;
    this.recorder = recorder;
    this.random = random;
  }

  /**
   * Asks.
   *
   * @throws IOException if the survivor does not answer
   */
  void take(Round round) throws IOException {
    try (Wire memcached = open(Service.MEMCACHED);
        Wire redis = open(Service.REDIS);
        Wire tokens = open(Service.TOKENS)) {
      for (String key : round.memcachedKeys()) {
        ask(memcached, Round.subjectOfKey(key), Verb.GET, "", Memcached.get(key));
      }
      for (String key : round.redisKeys()) {
        ask(redis, Round.subjectOfKey(key), Verb.GET, "", Redis.get(key));
      }
      for (String list : round.lists()) {
        ask(redis, Round.subjectOfList(list), Verb.ALL, "", Redis.all(list));
      }
      ask(tokens, Round.subjectOfList(round.queue()), Verb.ALL, "", TokenService.all());
      ask(tokens, RoundJudge.TOKENS, Verb.COUNT, "", TokenService.count());
      checkTokens(tokens);
      tidy(round, memcached, redis);
      TokenService.clear().on(tokens);
    }
  }

  private Wire open(Service service) throws IOException {
    return new Wire(service.at(host), PATIENCE_MS);
  }

  private void checkTokens(Wire wire) throws IOException {
    List<String> asked = new ArrayList<>();
    recorder.operations().stream()
        .filter(o -> o.verb() == Verb.TOKEN && !o.isAmbiguous())
        .map(Operation::answered)
        .filter(answer -> !answer.startsWith(Operation.WRONG))
        .forEach(asked::add);
    List<String> older = new ArrayList<>(old);
    for (int i = 0; i < OLD_TOKENS_ASKED && !older.isEmpty(); i++) {
      asked.add(older.get(random.nextInt(older.size())));
    }
    old.addAll(asked);
    while (old.size() > OLD_TOKENS) {
      old.remove();
    }
    for (int from = 0; from < asked.size(); from += TOKENS_IN_A_LINE) {
      check(wire, asked.subList(from, Math.min(asked.size(), from + TOKENS_IN_A_LINE)));
    }
  }

  private void check(Wire wire, List<String> tokens) throws IOException {
    long begin = System.nanoTime();
    List<String> texts = tokens.stream().map(t -> t.substring(t.indexOf(' ') + 1)).toList();
    String known = TokenService.check(texts).on(wire);
    long end = System.nanoTime();
    boolean wrong = known.startsWith(Operation.WRONG);
    for (int i = 0; i < tokens.size(); i++) {
      String answer = wrong ? known : known.substring(i, i + 1);
      recorder.add(
          new Operation(NUMBER, RoundJudge.TOKENS, Verb.CHECK, tokens.get(i), answer, begin, end));
    }
  }

  private void tidy(Round round, Wire memcached, Wire redis) throws IOException {
    for (String key : round.memcachedKeys()) {
      Memcached.delete(key).on(memcached);
    }
    for (String key : round.redisKeys()) {
      Redis.delete(key).on(redis);
    }
    for (String list : round.lists()) {
      Redis.delete(list).on(redis);
    }
    if (round.number() % COMPACT_EVERY == 0) {
      Redis.compact().on(redis);
    }
  }

  private void ask(Wire wire, String subject, Verb verb, String argument, Exchange exchange)
      throws IOException {
    long begin = System.nanoTime();
    String answer = exchange.on(wire);
    recorder.add(new Operation(NUMBER, subject, verb, argument, answer, begin, System.nanoTime()));
  }
}
