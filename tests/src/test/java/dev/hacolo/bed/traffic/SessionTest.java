package dev.hacolo.bed.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  @Test
  void memcachedSetsAndGets() throws Exception {
    var session = new MemcachedSession(in("STORED\r\nVALUE k 0 3\r\na\r\n\r\nEND\r\n"), sent);
    session.set("k", bytes("a\r\n"));
    assertThat(session.get(List.of("k", "other"))).containsOnlyKeys("k");
    assertThat(sent.toString(StandardCharsets.US_ASCII))
        .isEqualTo("set k 0 0 3\r\na\r\n\r\nget k other\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOT_STORED\r\n",
        "SERVER_ERROR out of memory storing object\r\n",
        "ERROR\r\n",
        "stored\r\n"
      })
  void memcachedRefusalIsNoAcknowledgement(String answer) {
    var session = new MemcachedSession(in(answer), sent);
    assertThatThrownBy(() -> session.set("k", bytes("v")))
        .isInstanceOf(WrongAnswerException.class)
        .hasMessageContaining("STORED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VALUE other 0 1\r\nx\r\nEND\r\n",
        "VALUE k 0 x\r\n",
        "VALUE k 0 99999999\r\n",
        "VALUE k 0 1\r\nxyz\r\nEND\r\n",
        "garbage\r\n"
      })
  void memcachedNonsenseIsFound(String answer) {
    var session = new MemcachedSession(in(answer), sent);
    assertThatThrownBy(() -> session.get(List.of("k"))).isInstanceOf(WrongAnswerException.class);
  }

  @Test
  void redisSetsAndGets() throws Exception {
    var session = new RedisSession(in("+OK\r\n*2\r\n$1\r\nv\r\n$-1\r\n"), sent);
    session.set("k", bytes("v"));
    assertThat(session.get(List.of("k", "other"))).containsOnlyKeys("k");
    assertThat(sent.toString(StandardCharsets.US_ASCII))
        .startsWith("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n*3\r\n$4\r\nMGET");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-MISCONF Errors writing to the AOF file\r\n", "-OOM x\r\n", "$2\r\nOK\r\n"})
  void redisRefusalIsNoAcknowledgement(String answer) {
    var session = new RedisSession(in(answer), sent);
    assertThatThrownBy(() -> session.set("k", bytes("v"))).isInstanceOf(WrongAnswerException.class);
  }

  @Test
  void httpReadsBodiesOfOneConnection() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-length: 2\r\nConnection: keep-alive\r\n\r\n";
    var session = new HttpSession(in(answer + "ab" + answer + "cd"), sent);
    assertThat(session.get("/x")).isEqualTo(bytes("ab"));
    assertThat(session.get("/y")).isEqualTo(bytes("cd"));
  }

  @Test
  void httpFindsThatTheServerCloses() {
    var closing =
        new HttpSession(
            in("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection:  close\r\n\r\nab"), sent);
    assertThatThrownBy(() -> closing.get("/x")).isInstanceOf(EOFException.class);
    var truncated = new HttpSession(in("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"), sent);
    assertThatThrownBy(() -> truncated.get("/x")).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 500 Internal Server Error\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"
      })
  void httpNonsenseIsFound(String answer) {
    var session = new HttpSession(in(answer), sent);
    assertThatThrownBy(() -> session.get("/x")).isInstanceOf(WrongAnswerException.class);
  }

  @Test
  void aLineWithoutEndIsNotReadForEver() {
    var reader = new AnswerReader(in("x".repeat(10_000)));
    assertThatThrownBy(reader::line).isInstanceOf(IOException.class).hasMessageContaining("8192");
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
