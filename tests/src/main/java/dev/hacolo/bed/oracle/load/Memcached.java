package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.Operation;
import java.io.IOException;

/** Requests in memcached's text protocol (doc/protocol.txt of memcached). */
final class Memcached {
  private Memcached() {}

  static Exchange get(String key) {
    return wire -> {
      wire.send("get %s\r\n".formatted(key));
      String head = wire.line();
      if (head.equals("END")) {
        return Operation.ABSENT;
      }
      String[] words = head.split(" ", -1);
      if (words.length != 4 || !words[0].equals("VALUE") || !words[1].equals(key)) {
        return Values.wrong(head);
      }
      String value = wire.block(Integer.parseInt(words[3]));
      String end = wire.line();
      return end.equals("END") ? Values.names(value) : Values.wrong(end);
    };
  }

  static Exchange set(String key, String name) {
    return wire -> stored(store("set", key, name), wire);
  }

  static Exchange append(String key, String name) {
    return wire -> stored(store("append", key, name), wire);
  }

  static Exchange delete(String key) {
    return wire -> {
      wire.send("delete %s\r\n".formatted(key));
      String line = wire.line();
      return switch (line) {
        case "DELETED" -> "1";
        case "NOT_FOUND" -> "0";
        default -> Values.wrong(line);
      };
    };
  }

  private static String store(String verb, String key, String name) {
    String body = Values.body(name);
    return "%s %s 0 0 %d\r\n%s\r\n".formatted(verb, key, body.length(), body);
  }

  private static String stored(String request, Wire wire) throws IOException {
    wire.send(request);
    String line = wire.line();
    return switch (line) {
      case "STORED" -> "OK";
      case "NOT_STORED" -> "NO";
      default -> Values.wrong(line);
    };
  }
}
