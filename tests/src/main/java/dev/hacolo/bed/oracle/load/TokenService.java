package dev.hacolo.bed.oracle.load;

import java.io.IOException;
import java.util.List;

/** Requests to the guest's token-service; its protocol is described in token-service.c. */
final class TokenService {
  private static final int BLOB_BYTES = 1024;

  private TokenService() {}

  /** A token: its number, a space and itself. */
  static Exchange token() {
    return wire -> ask(wire, "TOKEN", "TOKEN", "TOKEN [0-9]+ [0-9a-f]{64}");
  }

  static Exchange next() {
    return wire -> ask(wire, "NEXT", "NEXT", "NEXT [0-9]+");
  }

  /** How many tokens and numbers there have been. */
  static Exchange count() {
    return wire -> ask(wire, "COUNT", "COUNT", "COUNT [0-9]+ [0-9]+");
  }

  /** A 1 or a 0 for each token. */
  static Exchange check(List<String> tokens) {
    return wire ->
        ask(
            wire,
            "CHECK " + String.join(" ", tokens),
            "CHECK",
            "CHECK [01]{%d}".formatted(tokens.size()));
  }

  static Exchange now() {
    return wire -> ask(wire, "NOW", "NOW", "NOW [0-9]+");
  }

  static Exchange random(int bytes) {
    return wire ->
        ask(wire, "RANDOM " + bytes, "RANDOM", "RANDOM [0-9a-f]{%d}".formatted(2 * bytes));
  }

  static Exchange blob(int number) {
    return wire -> {
      String text = ask(wire, "BLOB " + number, "BLOB", "BLOB [a-z]+");
      return text.equals(blobText(number)) ? text : Values.wrong(text);
    };
  }

  /** The same generator as in token-service.c. */
  private static String blobText(int number) {
    StringBuilder text = new StringBuilder();
    int state = number;
    for (int i = 0; i < BLOB_BYTES; i++) {
      state = state * 1664525 + 1013904223;
      text.append((char) ('a' + (state >>> 24) % 26));
    }
    return text.toString();
  }

  private static String ask(Wire wire, String request, String word, String form)
      throws IOException {
    wire.send(request + "\n");
    String line = wire.line();
    return line.matches(form) ? line.substring(word.length() + 1) : Values.wrong(line);
  }
}
