package dev.hacolo.agent.profile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time for one request and its answer: {@code ./ha-colo jmh ConversationBenchmark}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConversationBenchmark {
  /** A hit of 1000 bytes each; for HTTP head and body are two segments. */
  @Param({"memcached", "redis", "http"})
  public String service = "memcached";

  private long sum;
  private final RequestSink sink = request -> sum += request.number();
  private Conversation conversation = Profiles.of("memcached").conversation(Profiles.KEY);
  private byte[] request = new byte[0];
  private byte[] head = new byte[0];
  private byte[] answer = new byte[0];

  /** Writes the bytes. */
  @Setup
  public void prepare() {
    conversation = Profiles.of(service).conversation(Profiles.KEY);
    String body = "x".repeat(1000);
    switch (service) {
      case "memcached" -> bytes("get key:000000001\r\n", "", hit(body));
      case "redis" ->
          bytes(RedisTurns.command("GET", "key:000000001"), "", "$1000\r\n" + body + "\r\n");
      default ->
          bytes(
              "GET /file HTTP/1.1\r\nHost: 10.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n",
              "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: x\r\nContent-Length: 1000\r\n\r\n",
              body);
    }
  }

  private static String hit(String body) {
    return "VALUE key:000000001 0 1000\r\n" + body + "\r\nEND\r\n";
  }

  private void bytes(String newRequest, String newHead, String newAnswer) {
    request = newRequest.getBytes(US_ASCII);
    head = newHead.getBytes(US_ASCII);
    answer = newAnswer.getBytes(US_ASCII);
  }

  /** Returns whether the body may be pre-released, which it may. */
  @Benchmark
  public boolean requestAndAnswer() {
    conversation.client(request, 0, request.length, sink);
    conversation.guest(head, 0, head.length);
    Stretch stretch = conversation.guest(answer, 0, answer.length);
    if (!stretch.candidate()) {
      throw new AssertionError(stretch);
    }
    return true;
  }
}
