package dev.hacolo.agent.profile;

import java.util.Random;
import org.jspecify.annotations.Nullable;

final class RedisTurns extends Turns {
  /** What went before on this connection that later answers depend on. */
  private String session = "";

  RedisTurns(Random random) {
    super(random);
  }

  static String command(String... words) {
    StringBuilder made = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      made.append("$%d\r\n%s\r\n".formatted(word.length(), word));
    }
    return made.toString();
  }

  private static String bulk(String value) {
    return "$%d\r\n%s\r\n".formatted(value.length(), value);
  }

  @Override
  Turn next() {
    String key = word();
    String get = command("GET", key);
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> hit(command(random.nextBoolean() ? "GET" : "get", key), get);
      case 4 -> hit(command("HGET", key, word()), null);
      case 5 -> plain(get, Effect.READ, "$-1\r\n");
      case 6 -> plain(get, Effect.READ, bulk(""));
      case 7 -> plain(get, Effect.READ, "-WRONGTYPE not a string\r\n");
      case 8 -> plain(command("SET", key, content(0)), Effect.OVERWRITE, "+OK\r\n");
      case 9 -> plain(command("SET", key, "x".repeat(2000)), Effect.OVERWRITE, "+OK\r\n");
      case 10 ->
          plain(
              command("MGET", key, key),
              Effect.READ,
              "*3\r\n" + bulk(content(0)) + "*-1\r\n%1\r\n:1\r\n*0\r\n");
      case 11 -> plain(command("INFO"), Effect.READ, bulk(content(1)));
      case 12 -> plain(command("X.Y", content(0)), Effect.ORDER_SENSITIVE, bulk(content(1)));
      case 13 -> plain("PING\r\n", Effect.ORDER_SENSITIVE, "+PONG\r\n");
      case 14 -> plain(command("DEL", "a", "b"), Effect.ORDER_SENSITIVE, ":2\r\n");
      default -> select();
    };
  }

  private Turn hit(String request, @Nullable String same) {
    String value = content(1);
    String before = "$" + value.length() + "\r\n";
    String identity = session + (same == null ? request : same);
    return body(request, before, value, "\r\n", 'F', identity, "");
  }

  private Turn select() {
    String select = command("SELECT", String.valueOf(random.nextInt(2)));
    session += select;
    return plain(select, Effect.READ, "+OK\r\n");
  }
}
