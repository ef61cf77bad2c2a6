package dev.hacolo.bed.traffic;

import dev.hacolo.bed.net.NetworkNamespace;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.JavaProgram;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.Patience;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.bed.traffic.TrafficMessage.Event;
import dev.hacolo.bed.traffic.TrafficMessage.Kind;
import dev.hacolo.bed.traffic.TrafficMessage.Order;
import dev.hacolo.common.api.ApiJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The traffic client as a process of the bed. One order at a time; events come in order. */
public final class TrafficProcess {
  private static final int MOST_EVENTS = 64;

  private final RunningProcess running;
  private final OutputStream orders;
  private final Map<Kind, BlockingQueue<Event>> events = new EnumMap<>(Kind.class);

  /**
   * What the clients do.
   *
   * @param guest the guest's IP address
   * @param page file with the content of the guest's web page
   * @param thinkMs pause between an answer and the next request, in ms
   * @param slots keys of each connection before one is written again
   * @param silenceMs a connection that is silent for longer is broken, in ms
   */
  public record Settings(String guest, Path page, int thinkMs, int slots, int silenceMs) {
    /** Five ms of thinking, twenty seconds of patience, 20000 keys for each connection. */
    public static Settings of(String guest, Path page) {
      int silenceMs = (int) Patience.with(Duration.ofSeconds(20)).toMillis();
      return new Settings(guest, page, 5, 20_000, silenceMs);
    }
  }

  private TrafficProcess(RunningProcess running) {
    this.running = running;
    this.orders = running.process().getOutputStream();
    for (Kind kind : Kind.values()) {
      events.put(kind, new LinkedBlockingQueue<>(MOST_EVENTS));
    }
    Thread reader = new Thread(this::read, "traffic-events");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts the client in its namespace. */
  public static TrafficProcess start(
      RunDirectory run, Launcher launcher, NetworkNamespace namespace, Settings settings) {
    List<String> arguments =
        List.of(
            settings.guest(),
            Integer.toString(settings.slots()),
            Integer.toString(settings.thinkMs()),
            Integer.toString(settings.silenceMs()),
            settings.page().toString());
    List<String> command = JavaProgram.ofBed(run, "128m", TrafficClient.class, arguments);
    return new TrafficProcess(
        launcher.start(Launcher.Spec.of("traffic", command).piped().in(namespace.name())));
  }

  /** Opens connections of each protocol and returns when each has had its first answer. */
  public List<ConnectionRecord.Snapshot> open(int ofEachProtocol) {
    return connections(
        ask(new Order(Kind.OPEN, ofEachProtocol, 0), Kind.OPEN, Duration.ofSeconds(30)));
  }

  /** How each connection is. */
  public List<ConnectionRecord.Snapshot> status() {
    return connections(ask(new Order(Kind.STATUS, 0, 0), Kind.STATUS, Duration.ofSeconds(10)));
  }

  /** Stops all clients between two requests. */
  public void pause() {
    ask(new Order(Kind.PAUSE, 0, 0), Kind.PAUSE, Duration.ofSeconds(40));
  }

  /** Lets them go on. */
  public void resume() {
    ask(new Order(Kind.RESUME, 0, 0), Kind.RESUME, Duration.ofSeconds(10));
  }

  /** Forgets the gaps so far. */
  public void measureGapsAnew() {
    ask(new Order(Kind.GAPS_ANEW, 0, 0), Kind.GAPS_ANEW, Duration.ofSeconds(10));
  }

  /**
   * Waits for the first answer to a request that was sent after the guest's death.
   *
   * @param diedAt when it was certainly dead, in ns of {@link System#nanoTime}
   * @return when the answer came, and on which connection
   */
  public Event firstAnswerAfter(long diedAt, Duration deadline) {
    return ask(new Order(Kind.DIED, 0, diedAt), Kind.DIED, deadline);
  }

  /** Pauses, looks for every acknowledged write, and judges. The clients stay paused. */
  public TrafficVerdict judge() {
    pause();
    Event event = ask(new Order(Kind.VERIFY, 0, 0), Kind.VERIFY, Duration.ofMinutes(3));
    TrafficMessage.Verified verified = event.verified();
    if (verified == null) {
      throw new BedException("the traffic client has not said what it found");
    }
    return TrafficVerdict.of(status(), verified);
  }

  private static List<ConnectionRecord.Snapshot> connections(Event event) {
    List<ConnectionRecord.Snapshot> connections = event.connections();
    return connections == null ? List.of() : connections;
  }

  private synchronized Event ask(Order order, Kind answer, Duration usualDeadline) {
    Duration deadline = Patience.with(usualDeadline);
    try {
      orders.write(
          (ApiJson.mapper().writeValueAsString(order) + "\n").getBytes(StandardCharsets.UTF_8));
      orders.flush();
      Event event = queue(answer).poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
      if (event == null) {
        running.requireAlive();
        throw new BedException(
            "the traffic client: no answer to %s within %d s"
                .formatted(order.kind(), deadline.toSeconds()));
      }
      if (event.problem() != null) {
        throw new BedException(
            "the traffic client: %s: %s".formatted(order.kind(), event.problem()));
      }
      return event;
    } catch (IOException e) {
      running.requireAlive();
      throw new BedException("the traffic client does not listen: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while the traffic client was asked", e);
    }
  }

  private BlockingQueue<Event> queue(Kind kind) {
    return java.util.Objects.requireNonNull(events.get(kind));
  }

  private void read() {
    try (BufferedReader in = running.process().inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Event event = ApiJson.mapper().readValue(line, Event.class);
        if (!queue(event.kind()).offer(event)) {
          throw new BedException("nobody reads what the traffic client says");
        }
      }
    } catch (IOException e) {
      // The client has ended; whoever waits for an event finds that out.
    }
  }
}
