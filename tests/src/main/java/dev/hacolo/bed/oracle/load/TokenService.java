package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.ListModel;
import dev.hacolo.bed.oracle.judge.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Requests to the guest's token-service; its protocol is described in token-service.c. */
final class TokenService {
  private static final int BLOB_BYTES = 1024;
  private static final String ITEM = "ITEM ";

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

  /** Puts an item at the end of the queue. */
  static Exchange push(String name) {
    return wire -> ask(wire, "PUSH " + Values.body(name), "PUSHED", "PUSHED [0-9]+");
  }

  /** Takes the head of the queue. */
  static Exchange pop() {
    return wire -> item(wire, "POP");
  }

  /** The item at a place of the queue. */
  static Exchange look(int place) {
    return wire -> item(wire, "LOOK " + place);
  }

  /** All items; to be asked when nobody else asks. */
  static Exchange all() {
    return wire -> {
      String depth = ask(wire, "DEPTH", "DEPTH", "DEPTH [0-9]{1,3}");
      if (depth.startsWith(Operation.WRONG)) {
        return depth;
      }
      List<String> items = new ArrayList<>();
      for (int i = 0; i < Integer.parseInt(depth); i++) {
        items.add(item(wire, "LOOK " + i));
      }
      return ListModel.joined(items);
    };
  }

  /** Empties the queue. */
  static Exchange clear() {
    return wire -> {
      wire.send("CLEAR\n");
      String line = wire.line();
      return line.equals("CLEAR") ? line : Values.wrong(line);
    };
  }

  private static String item(Wire wire, String request) throws IOException {
    wire.send(request + "\n");
    String line = wire.line();
    if (line.equals("NONE")) {
      return Operation.ABSENT;
    }
    return line.startsWith(ITEM) ? Values.names(line.substring(ITEM.length())) : Values.wrong(line);
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
