package dev.hacolo.bed.traffic;

import dev.hacolo.bed.traffic.TrafficMessage.Event;
import dev.hacolo.bed.traffic.TrafficMessage.Kind;
import dev.hacolo.bed.traffic.TrafficMessage.Order;
import dev.hacolo.common.api.ApiJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The traffic client's program: orders as lines on standard input, events as lines on standard
 * output, one driver thread for each connection. Ends with its standard input.
 *
 * <p>Arguments: guest's address, slots, think time in ms, silence in ms, file with the web page.
 */
public final class TrafficClient {
  private static final int MOST_CONNECTIONS = 900;

  private final TrafficSettings settings;
  private final PrintStream out;
  private final List<Driver> drivers = new ArrayList<>();
  private final PauseGate gate = new PauseGate();
  private final OutageWatch watch;

  private TrafficClient(TrafficSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
    this.watch = new OutageWatch(a -> say(Event.firstAnswer(a.connection(), a.receivedAt())));
  }

  /** Runs until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    TrafficSettings settings =
        new TrafficSettings(
            arguments[0],
            new WriteScheme(Integer.parseInt(arguments[1])),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]),
            Path.of(arguments[4]));
    TrafficClient client =
        new TrafficClient(settings, new PrintStream(System.out, false, StandardCharsets.UTF_8));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      client.obey(ApiJson.mapper().readValue(line, Order.class));
    }
  }

  private void obey(Order order) {
    try {
      switch (order.kind()) {
        case OPEN -> open(order.count());
        case PAUSE -> pause();
        case RESUME -> {
          gate.open();
          say(Event.done(Kind.RESUME));
        }
        case STATUS -> say(Event.status(Kind.STATUS, snapshots()));
        case GAPS_ANEW -> {
          drivers.forEach(driver -> driver.record().measureGapsAnew());
          say(Event.done(Kind.GAPS_ANEW));
        }
        case DIED -> watch.died(order.at());
        case VERIFY -> verify();
      }
    } catch (IOException | WrongAnswerException | ExecutionException | TimeoutException e) {
      say(Event.failed(order.kind(), String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      say(Event.failed(order.kind(), "interrupted"));
    }
  }

  private void open(int count) throws ExecutionException, InterruptedException, TimeoutException {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      for (Protocol protocol : Protocol.values()) {
        if (drivers.size() == MOST_CONNECTIONS) {
          throw new TimeoutException("more than %d connections".formatted(MOST_CONNECTIONS));
        }
        ConnectionRecord record =
            new ConnectionRecord(drivers.size() + 1, protocol, System.nanoTime());
        Driver driver = new Driver(record, settings, watch, gate);
        drivers.add(driver);
        answers.add(driver.firstAnswer());
        Thread thread = new Thread(driver, record.name());
        thread.setDaemon(true);
        thread.start();
      }
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .get(settings.silenceMs(), TimeUnit.MILLISECONDS);
    say(Event.status(Kind.OPEN, snapshots()));
  }

  private void pause() throws InterruptedException {
    gate.close();
    boolean still = gate.awaitAll(this::unbroken, settings.silenceMs() + 5000L);
    say(still ? Event.done(Kind.PAUSE) : Event.failed(Kind.PAUSE, "a connection does not pause"));
  }

  private void verify() throws IOException, WrongAnswerException {
    List<ConnectionRecord.Snapshot> connections = snapshots();
    Verification verification =
        new Verification(settings.guest(), settings.scheme(), settings.silenceMs());
    AppendOnlyFileScan.Outcome memory = verification.memory(connections);
    AppendOnlyFileScan.Outcome disk = verification.disk(connections);
    List<String> examples = new ArrayList<>(memory.examples());
    examples.addAll(disk.examples());
    say(
        Event.verified(
            new TrafficMessage.Verified(
                memory.checked(), memory.lost(), disk.checked(), disk.lost(), examples)));
  }

  private List<ConnectionRecord.Snapshot> snapshots() {
    return drivers.stream().map(driver -> driver.record().snapshot()).toList();
  }

  private int unbroken() {
    return (int) snapshots().stream().filter(c -> c.broken() == null).count();
  }

  private void say(Event event) {
    try {
      String line = ApiJson.mapper().writeValueAsString(event);
      synchronized (out) {
        out.println(line);
        out.flush();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
