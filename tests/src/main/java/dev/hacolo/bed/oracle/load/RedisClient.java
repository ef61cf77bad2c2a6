package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.Verb;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Reads and writes few keys and lists; at a meeting all take from the same list. */
final class RedisClient extends Client {
  private static final int ENOUGH_ITEMS = 24;
  private static final int LOOKED_AT = 4;

  private int length;

  RedisClient(int number, String host, Gate gate, Recorder recorder, SplittableRandom random) {
    super(number, Service.REDIS, host, gate, recorder, random);
  }

  @Override
  void step(Round round, boolean meeting) throws InterruptedException {
    if (!round.dependsOnOrder()) {
      key(round, round.redisKey(meeting ? 0 : random.nextInt(Round.KEYS)));
    } else if (meeting) {
      pop(round.list(0));
    } else if (random.nextInt(100) < 35) {
      key(round, round.redisKey(random.nextInt(Round.KEYS)));
    } else {
      list(round, round.list(random.nextInt(Round.LISTS)));
    }
  }

  private void key(Round round, String key) throws InterruptedException {
    String subject = Round.subjectOfKey(key);
    int choice = random.nextInt(100);
    String name = name(round);
    if (choice < 80) {
      ask(subject, Verb.GET, "", Redis.get(key));
    } else if (choice < 97) {
      ask(subject, Verb.SET, name, Redis.set(key, name));
    } else {
      ask(subject, Verb.DELETE, "", Redis.delete(key));
    }
  }

  /** Items are looked at before they are taken, so that their bytes are known to the proxies. */
  private void list(Round round, String list) throws InterruptedException {
    int choice = random.nextInt(100);
    if (choice < 40) {
      int place = random.nextInt(LOOKED_AT);
      ask(Round.subjectOfList(list), Verb.AT, Integer.toString(place), Redis.at(list, place));
    } else if (choice < 58 || length >= ENOUGH_ITEMS) {
      pop(list);
    } else {
      boolean left = choice < 64;
      String name = name(round);
      Verb verb = left ? Verb.PUSH_LEFT : Verb.PUSH_RIGHT;
      remember(ask(Round.subjectOfList(list), verb, name, Redis.push(list, name, left)));
    }
  }

  private void pop(String list) throws InterruptedException {
    ask(Round.subjectOfList(list), Verb.POP_LEFT, "", Redis.pop(list));
    length = 0;
  }

  private void remember(@Nullable String answer) {
    if (answer != null && answer.matches("[0-9]{1,6}")) {
      length = Integer.parseInt(answer);
    }
  }
}
