package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is stored: a name is blown up to some hundred bytes that follow from it, so that a history
 * has names and the guest has bodies worth releasing early. Text of 7 bits.
 */
final class Values {
  private static final String BRIEF = "brief";
  private static final int SHORTEST = 200;
  private static final int LONGEST = 1024;
  private static final String ALPHABET =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private Values() {}

  /** A name whose body is too short to be learnt by a proxy. */
  static String brief(String name) {
    return BRIEF + name;
  }

  /** The body of a name, which is of letters and digits: 200 to 1024 bytes, or a brief one. */
  static String body(String name) {
    if (name.startsWith(BRIEF)) {
      return name + ":;";
    }
    SplittableRandom random = new SplittableRandom(name.hashCode());
    int length = SHORTEST + random.nextInt(LONGEST - SHORTEST);
    StringBuilder body = new StringBuilder(name).append(':');
    while (body.length() < length) {
      body.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return body.append(';').toString();
  }

  /** Names of bodies one behind the other, joined by {@code +}; a wrong answer for all else. */
  static String names(String bodies) {
    List<String> names = new ArrayList<>();
    for (int at = 0; at < bodies.length(); ) {
      int colon = bodies.indexOf(':', at);
      String name = colon < 0 ? "" : bodies.substring(at, colon);
      String body = body(name);
      if (colon < 0 || !bodies.startsWith(body, at)) {
        return wrong(bodies.substring(at));
      }
      names.add(name);
      at += body.length();
    }
    return names.isEmpty() ? wrong("an empty value") : String.join("+", names);
  }

  /** An answer that no right service can give. */
  static String wrong(String text) {
    return Operation.WRONG
        + text.substring(0, Math.min(60, text.length())).replaceAll("[^ -~]", ".");
  }
}
