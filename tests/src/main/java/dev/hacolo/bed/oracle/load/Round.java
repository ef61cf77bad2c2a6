package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.RoundJudge;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A time from one failover to the next, with keys of its own.
 *
 * @param number its number, from 1
 * @param pace how busy the clients are
 * @param own per mille of the token service's requests whose answers are the copy's own
 * @param meetingMs all clients ask at once at each multiple of so many ms of {@link
 *     System#nanoTime}
 */
record Round(int number, Pace pace, int own, int meetingMs) {
  static final int KEYS = 5;
  static final int LISTS = 3;

  /** How busy clients are; the mean time between an answer and the next request in ms. */
  enum Pace {
    /** While the guest is being protected. */
    CALM(60),
    USUAL(16),
    BUSY(6);

    final int thinkMs;

    Pace(int thinkMs) {
      this.thinkMs = thinkMs;
    }
  }

  Round at(Pace other) {
    return new Round(number, other, own, meetingMs);
  }

  /**
   * Whether clients ask for what depends on order. Then hardly anything is pre-released; so every
   * second round is without it.
   */
  boolean dependsOnOrder() {
    return number % 2 == 0;
  }

  String memcachedKey(int key) {
    return "m%d-%d".formatted(number, key);
  }

  String redisKey(int key) {
    return "r%d-%d".formatted(number, key);
  }

  String list(int list) {
    return "l%d-%d".formatted(number, list);
  }

  /** The token service's queue. */
  String queue() {
    return "q%d".formatted(number);
  }

  List<String> memcachedKeys() {
    return IntStream.range(0, KEYS).mapToObj(this::memcachedKey).toList();
  }

  List<String> redisKeys() {
    return IntStream.range(0, KEYS).mapToObj(this::redisKey).toList();
  }

  List<String> lists() {
    return IntStream.range(0, LISTS).mapToObj(this::list).toList();
  }

  /** What a history calls a key. */
  static String subjectOfKey(String key) {
    return RoundJudge.KEY + key;
  }

  /** What a history calls a list. */
  static String subjectOfList(String list) {
    return RoundJudge.LIST + list;
  }
}
