package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.Verb;
import java.util.SplittableRandom;

/** Reads and writes few keys: the first two are written often, the others mostly read. */
final class MemcachedClient extends Client {
  private static final int HOT = 2;

  MemcachedClient(int number, String host, Gate gate, Recorder recorder, SplittableRandom random) {
    super(number, Service.MEMCACHED, host, gate, recorder, random);
  }

  @Override
  void step(Round round, boolean meeting) throws InterruptedException {
    int index = meeting ? 0 : random.nextInt(Round.KEYS);
    String key = round.memcachedKey(index);
    String subject = Round.subjectOfKey(key);
    String name = name(round);
    int choice = random.nextInt(100);
    int reads = index < HOT ? 60 : 94;
    if (choice < reads) {
      ask(subject, Verb.GET, "", Memcached.get(key));
    } else if (choice < reads + (100 - reads) * 2 / 3
        || (choice % 2 == 0 && !round.dependsOnOrder())) {
      ask(subject, Verb.SET, name, Memcached.set(key, name));
    } else if (choice % 2 == 0) {
      ask(subject, Verb.APPEND, name, Memcached.append(key, name));
    } else {
      ask(subject, Verb.DELETE, "", Memcached.delete(key));
    }
  }
}
