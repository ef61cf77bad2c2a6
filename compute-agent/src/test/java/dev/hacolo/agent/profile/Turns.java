package dev.hacolo.agent.profile;

import java.util.Random;

/** Makes turns of one service by chance. */
abstract class Turns {
  final Random random;

  Turns(Random random) {
    this.random = random;
  }

  abstract Turn next();

  static Turns of(String service, Random random) {
    return switch (service) {
      case "memcached" -> new MemcachedTurns(random);
      case "redis" -> new RedisTurns(random);
      default -> new HttpTurns(random);
    };
  }

  /** A turn whose answer has nothing that may be pre-released. */
  static Turn plain(String request, Effect effect, String answer) {
    return new Turn(request, effect, answer, "-".repeat(answer.length()), "", "");
  }

  /** A read that is answered with a body; {@code kind} is that of what is around the body. */
  static Turn body(
      String request,
      String before,
      String body,
      String after,
      char kind,
      String identity,
      String free) {
    String kinds =
        String.valueOf(kind).repeat(before.length())
            + "B".repeat(body.length())
            + String.valueOf(kind).repeat(after.length());
    return new Turn(request, Effect.READ, before + body + after, kinds, identity, free);
  }

  String word() {
    String[] words = {"a", "b", "END", "key:1", "VALUE", "k".repeat(40)};
    return words[random.nextInt(words.length)];
  }

  /** Often with what looks like framing. */
  String content(int least) {
    String[] parts = {
      "\r\n", "END\r\n", "$3\r\n", "VALUE a 0 1\r\n", "x", "\0", "\u00ff", "0\r\n\r\n"
    };
    StringBuilder made = new StringBuilder();
    while (made.length() < least || random.nextInt(4) > 0) {
      made.append(parts[random.nextInt(parts.length)]);
    }
    return made.toString();
  }
}
