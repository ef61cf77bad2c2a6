package dev.hacolo.agent.profile;

import java.util.Random;

final class MemcachedTurns extends Turns {
  /** Whether an error could be that of a request without an answer. */
  private boolean silent;

  MemcachedTurns(Random random) {
    super(random);
  }

  @Override
  Turn next() {
    Turn turn = any();
    while (silent && turn.answer().contains("ERROR")) {
      turn = any();
    }
    silent = turn.answer().isEmpty();
    return turn;
  }

  private Turn any() {
    String key = word();
    String value = content(0);
    String get = "get " + key + "\r\n";
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> hit(key, get);
      case 4 -> plain(get, Effect.READ, "END\r\n");
      case 5 -> plain(get, Effect.READ, "VALUE " + key + " 0 0\r\n\r\nEND\r\n");
      case 6 ->
          plain(
              "get  " + key + " b \r\n",
              Effect.READ,
              "VALUE b 1 %d\r\n%s\r\n".formatted(value.length(), value).repeat(2) + "END\r\n");
      case 7 -> plain(set(key, value, ""), Effect.OVERWRITE, "STORED\r\n");
      case 8 -> plain(set(key, value, " noreply"), Effect.OVERWRITE, "");
      case 9 ->
          plain(set(key, value, ""), Effect.OVERWRITE, "SERVER_ERROR out of memory storing\r\n");
      case 10 -> plain("delete " + key + "\r\n", Effect.OVERWRITE, "NOT_FOUND\r\n");
      case 11 -> plain("incr a 1\r\n", Effect.OVERWRITE, "CLIENT_ERROR not a number\r\n");
      case 12 -> plain("stats\r\n", Effect.READ, "STAT pid 1\r\nSTAT VALUE x\r\nEND\r\n");
      case 13 ->
          plain(
              "gets " + key + "\r\n",
              Effect.READ,
              "VALUE %s 0 %d 77\r\n%s\r\nEND\r\n".formatted(key, value.length(), value));
      case 14 -> plain("flush_all\r\n", Effect.ORDER_SENSITIVE, "OK\r\n");
      default -> plain("gat 1 a b\r\n", Effect.ORDER_SENSITIVE, "END\r\n");
    };
  }

  private Turn hit(String key, String get) {
    String value = content(1);
    int flags = random.nextInt(3);
    String before = "VALUE %s %d %d\r\n".formatted(key, flags, value.length());
    return body(get, before, value, "\r\nEND\r\n", 'F', get, String.valueOf(flags));
  }

  private static String set(String key, String value, String noreply) {
    return "set %s 0 0 %d%s\r\n%s\r\n".formatted(key, value.length(), noreply, value);
  }
}
