package dev.hacolo.bed.bench;

import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.bench.load.LoadProgram;
import dev.hacolo.bed.bench.load.LoadResult;
import dev.hacolo.bed.bench.load.Workload;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.JavaProgram;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.common.api.ApiJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A load generator in the clients' namespace; one measurement, then it ends. */
final class LoadProcess implements AutoCloseable {
  static final Duration WARM_UP = Duration.ofSeconds(3);

  private static final Duration WARM_UP_DEADLINE = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final RunningProcess running;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

  private LoadProcess(RunningProcess running) {
    this.running = running;
    Thread reader = new Thread(this::read, "load-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a generator, which connects and warms up at once. */
  static LoadProcess start(TwoNodeBed bed, Workload workload, int connections, Duration measure) {
    return start(bed, GuestBlueprint.ADDRESS, workload, connections, WARM_UP, measure);
  }

  /** The same for a guest at some address, with some time to warm up. */
  static LoadProcess start(
      TwoNodeBed bed,
      String address,
      Workload workload,
      int connections,
      Duration warmUp,
      Duration measure) {
    List<String> arguments =
        List.of(
            address,
            workload.title(),
            Integer.toString(connections),
            Long.toString(warmUp.toMillis()),
            Long.toString(measure.toMillis()),
            bed.image().directory().resolve("data.bin").toString());
    List<String> command = JavaProgram.ofBed(bed.run(), "128m", LoadProgram.class, arguments);
    // The second compiler would cost more in these few seconds than its code saves: measured, half
    // of the CPU time of an operation at one connection.
    command.add(1, "-XX:TieredStopAtLevel=1");
    String client = bed.network().client().name();
    return new LoadProcess(
        bed.launcher().start(Launcher.Spec.of("load", command).piped().in(client)));
  }

  /** Returns when the generator waits for its measurement to begin. */
  void awaitWarm() {
    String line = next("its warm-up", WARM_UP_DEADLINE);
    if (!line.equals(LoadProgram.WARM)) {
      throw new BedException("the load generator says '%s' instead of warm".formatted(line));
    }
  }

  /** Lets it measure, and does not wait for that. */
  void begin() {
    try {
      OutputStream in = running.process().getOutputStream();
      in.write('\n');
      in.flush();
    } catch (IOException e) {
      running.requireAlive();
      throw new BedException("the load generator cannot be talked to: " + e.getMessage(), e);
    }
  }

  /** Lets it measure. */
  LoadResult measure(Duration measure) {
    try {
      begin();
      String line = next("its result", measure.plus(GRACE));
      return ApiJson.mapper().readValue(line, LoadResult.class);
    } catch (IOException e) {
      running.requireAlive();
      throw new BedException("the load generator cannot be talked to: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    running.killAndWait();
  }

  private String next(String what, Duration deadline) {
    try {
      String line = said.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null || line.isEmpty()) {
        throw new BedException(
            "the load generator has not come to the end of %s; the end of %s:%n%s"
                .formatted(what, running.log(), running.tail()));
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while the load generator worked", e);
    }
  }

  /** An empty line stands for the end. */
  private void read() {
    try (BufferedReader in = running.process().inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        said.add(line);
      }
    } catch (IOException e) {
      // It has ended: whoever waits is told below.
    }
    said.add("");
  }
}
