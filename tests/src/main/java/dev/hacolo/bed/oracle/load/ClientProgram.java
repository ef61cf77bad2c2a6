package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.Operation;
import dev.hacolo.common.api.ApiJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The clients' program, in a process of its own in the clients' namespace. Arguments: the guest's
 * address, a seed, a {@link Workload}. Each line of standard input is an order, answered with one
 * line:
 *
 * <pre>
 *   begin ROUND OWN MEETING  clients work on a new round's keys, calmly           ok
 *   pace PACE                calm, usual or busy                                  ok
 *   await N                  until each service has answered N times more         ok | late
 *   end FILE                 clients stop, the survivor is asked, FILE gets       a ClientReport
 *                            the history
 * </pre>
 */
public final class ClientProgram {
  private static final long QUIET_MS = 15_000;
  private static final long AWAIT_NANOS = 20_000_000_000L;
  private static final int LOOK_EVERY_MS = 10;

  private final Gate gate = new Gate();
  private final Recorder recorder = new Recorder();
  private final PacketTap tap;
  private final Survey survey;

  private ClientProgram(String host, long seed, Workload workload) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    tap = new PacketTap(ByteBuffer.wrap(InetAddress.getByName(host).getAddress()).getInt());
    survey = new Survey(host, recorder, random.split());
    start(tap, "tap");
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < workload.keyClients; i++) {
      clients.add(new MemcachedClient(i, host, gate, recorder, random.split()));
      clients.add(new RedisClient(10 + i, host, gate, recorder, random.split()));
    }
    for (int i = 0; i < workload.tokenClients; i++) {
      clients.add(new TokenClient(20 + i, host, gate, recorder, random.split()));
    }
    for (int i = 0; i < workload.queueClients; i++) {
      clients.add(new QueueClient(30 + i, host, gate, recorder, random.split()));
    }
    clients.forEach(client -> start(client, "client"));
  }

  /** Obeys until standard input ends. */
  public static void main(String[] arguments) throws Exception {
    // JNA would unpack its library into the home directory.
    System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
    ClientProgram program =
        new ClientProgram(
            arguments[0], Long.parseLong(arguments[1]), Workload.valueOf(arguments[2]));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(program.obey(line.split(" ", -1)));
    }
    System.exit(0);
  }

  private String obey(String[] words) throws IOException, InterruptedException {
    switch (words[0]) {
      case "begin" ->
          gate.begin(
              new Round(
                  Integer.parseInt(words[1]),
                  Round.Pace.CALM,
                  Integer.parseInt(words[2]),
                  Integer.parseInt(words[3])));
      case "pace" -> gate.begin(round().at(Round.Pace.valueOf(words[1].toUpperCase(Locale.ROOT))));
      case "await" -> {
        return await(Integer.parseInt(words[1])) ? "ok" : "late";
      }
      case "end" -> {
        return ApiJson.mapper().writeValueAsString(end(Path.of(words[1])));
      }
      default -> throw new IllegalArgumentException("no order: " + String.join(" ", words));
    }
    return "ok";
  }

  private Round round() {
    Round round = gate.round();
    if (round == null) {
      throw new IllegalStateException("there is no round");
    }
    return round;
  }

  private boolean await(int more) throws InterruptedException {
    Map<Service, Long> wanted = new EnumMap<>(Service.class);
    for (Service service : Service.values()) {
      wanted.put(service, recorder.answers(service) + more);
    }
    long deadline = System.nanoTime() + AWAIT_NANOS;
    while (wanted.entrySet().stream().anyMatch(e -> recorder.answers(e.getKey()) < e.getValue())) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
    return true;
  }

  private ClientReport end(Path file) throws IOException, InterruptedException {
    Round round = round();
    String failure = "";
    if (!gate.end(QUIET_MS)) {
      failure = "a client is still waiting for its answer";
    }
    Recorder.Breaks breaks = recorder.takeBreaks();
    try {
      survey.take(round);
    } catch (IOException e) {
      failure = "the survivor does not answer: " + e;
    }
    List<String> lines = recorder.operations().stream().map(Operation::toLine).toList();
    recorder.clear();
    Files.write(file, lines);
    PacketTap.Seen seen = tap.seen();
    return new ClientReport(
        breaks.resets(),
        breaks.stalls(),
        breaks.refusals(),
        seen.segments(),
        seen.missed(),
        seen.conflicts(),
        failure);
  }

  private static void start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
