package dev.hacolo.bed.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** memcached's text protocol (memcached doc/protocol.txt), as far as the bed speaks it. */
final class MemcachedSession implements StoreSession {
  private static final int LARGEST = 1 << 20;

  private final AnswerReader in;
  private final OutputStream out;

  MemcachedSession(InputStream in, OutputStream out) {
    this.in = new AnswerReader(in);
    this.out = out;
  }

  @Override
  public void set(String key, byte[] value) throws IOException, WrongAnswerException {
    byte[] head = "set %s 0 0 %d\r\n".formatted(key, value.length).getBytes(StandardCharsets.UTF_8);
    byte[] request = new byte[head.length + value.length + 2];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(value, 0, request, head.length, value.length);
    request[request.length - 2] = '\r';
    request[request.length - 1] = '\n';
    out.write(request);
    String answer = in.line();
    if (!answer.equals("STORED")) {
      throw new WrongAnswerException("set " + key, answer, "STORED");
    }
  }

  @Override
  public Map<String, byte[]> get(List<String> keys) throws IOException, WrongAnswerException {
    String request = "get " + String.join(" ", keys);
    out.write((request + "\r\n").getBytes(StandardCharsets.UTF_8));
    Map<String, byte[]> found = new HashMap<>();
    for (String line = in.line(); !line.equals("END"); line = in.line()) {
      String[] words = line.split(" ", -1);
      int length = words.length == 4 && words[0].equals("VALUE") ? length(words[3]) : -1;
      if (length < 0 || !keys.contains(words[1])) {
        throw new WrongAnswerException(request, line, "VALUE of a key that was asked for, or END");
      }
      found.put(words[1], in.bytes(length));
      String end = in.line();
      if (!end.isEmpty()) {
        throw new WrongAnswerException(request, end, "the end of the value");
      }
    }
    return found;
  }

  private static int length(@Nullable String text) {
    try {
      int length = Integer.parseInt(String.valueOf(text));
      return length <= LARGEST ? length : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
