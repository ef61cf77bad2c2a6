package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.ListModel;
import dev.hacolo.bed.oracle.judge.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Requests in RESP2 (redis.io/docs/reference/protocol-spec). */
final class Redis {
  private static final int MOST_ITEMS = 10_000;

  private Redis() {}

  static Exchange get(String key) {
    return wire -> value(wire, "GET", key);
  }

  static Exchange set(String key, String name) {
    return wire -> {
      String line = simple(wire, "SET", key, Values.body(name));
      return line.equals("+OK") ? "OK" : Values.wrong(line);
    };
  }

  static Exchange delete(String key) {
    return wire -> number(wire, "DEL", key);
  }

  /** Puts an item at the head or the end of a list. */
  static Exchange push(String list, String name, boolean left) {
    return wire -> number(wire, left ? "LPUSH" : "RPUSH", list, Values.body(name));
  }

  static Exchange pop(String list) {
    return wire -> value(wire, "LPOP", list);
  }

  static Exchange at(String list, int place) {
    return wire -> value(wire, "LINDEX", list, Integer.toString(place));
  }

  static Exchange all(String list) {
    return wire -> {
      String head = simple(wire, "LRANGE", list, "0", "-1");
      int count = head.startsWith("*") ? Integer.parseInt(head.substring(1)) : -1;
      if (count < 0 || count > MOST_ITEMS) {
        return Values.wrong(head);
      }
      List<String> items = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        items.add(bulk(wire, wire.line()));
      }
      return ListModel.joined(items);
    };
  }

  /** Makes redis write its append-only file anew, without what is no more. */
  static Exchange compact() {
    return wire -> simple(wire, "BGREWRITEAOF");
  }

  private static String value(Wire wire, String... words) throws IOException {
    return bulk(wire, simple(wire, words));
  }

  private static String bulk(Wire wire, String head) throws IOException {
    if (head.equals("$-1")) {
      return Operation.ABSENT;
    }
    return head.startsWith("$")
        ? Values.names(wire.block(Integer.parseInt(head.substring(1))))
        : Values.wrong(head);
  }

  private static String number(Wire wire, String... words) throws IOException {
    String line = simple(wire, words);
    return line.startsWith(":") ? line.substring(1) : Values.wrong(line);
  }

  private static String simple(Wire wire, String... words) throws IOException {
    StringBuilder request = new StringBuilder("*%d\r\n".formatted(words.length));
    for (String word : words) {
      request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    wire.send(request.toString());
    return wire.line();
  }
}
