package dev.hacolo.bed.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The two commands of Redis that the bed uses. */
final class RedisSession implements StoreSession {
  private final AnswerReader in;
  private final OutputStream out;

  RedisSession(InputStream in, OutputStream out) {
    this.in = new AnswerReader(in);
    this.out = out;
  }

  @Override
  public void set(String key, byte[] value) throws IOException, WrongAnswerException {
    out.write(Resp.command(List.of(Resp.ascii("SET"), Resp.ascii(key), value)));
    String answer = in.line();
    if (!answer.equals("+OK")) {
      throw new WrongAnswerException("SET " + key, answer, "+OK");
    }
  }

  @Override
  public Map<String, byte[]> get(List<String> keys) throws IOException, WrongAnswerException {
    List<byte[]> words = new ArrayList<>();
    words.add(Resp.ascii("MGET"));
    keys.forEach(key -> words.add(Resp.ascii(key)));
    out.write(Resp.command(words));
    var values = Resp.array(in);
    if (values.size() != keys.size()) {
      throw new WrongAnswerException("MGET", values.size() + " values", keys.size() + " values");
    }
    Map<String, byte[]> found = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      byte[] value = values.get(i);
      if (value != null) {
        found.put(keys.get(i), value);
      }
    }
    return found;
  }
}
