package dev.hacolo.bed.oracle;

import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.oracle.load.ClientProgram;
import dev.hacolo.bed.oracle.load.ClientReport;
import dev.hacolo.bed.oracle.load.Workload;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.JavaProgram;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.common.api.ApiJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The clients, in a process of their own in the clients' namespace. Not thread-safe. */
public final class ClientProcess implements AutoCloseable {
  private static final int DEADLINE_SECONDS = 90;

  private final RunningProcess running;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

  private ClientProcess(RunningProcess running) {
    this.running = running;
    Thread reader = new Thread(this::read, "clients-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts the clients; they wait for a round.
   *
   * @param seed of their choices
   */
  public static ClientProcess start(TwoNodeBed bed, long seed, Workload workload) {
    List<String> command =
        JavaProgram.ofBed(
            bed.run(),
            "128m",
            ClientProgram.class,
            List.of(GuestBlueprint.ADDRESS, Long.toString(seed), workload.name()));
    // It shares two cores with two guests: see LoadProcess.
    command.add(1, "-XX:TieredStopAtLevel=1");
    String namespace = bed.network().client().name();
    return new ClientProcess(
        bed.launcher().start(Launcher.Spec.of("clients", command).piped().in(namespace)));
  }

  /**
   * Lets clients work on a new round's keys, calmly.
   *
   * @param number of the round, from 1
   * @param own per mille of the token service's requests that each copy answers by itself
   * @param meetingMs how often all clients ask at the same moment
   */
  public void begin(int number, int own, int meetingMs) {
    order("begin %d %d %d".formatted(number, own, meetingMs));
  }

  /** Lets them work as fast as a pace says: usual or busy. */
  public void hurry(String pace) {
    order("pace " + pace);
  }

  /** Lets them work calmly. */
  public void calm() {
    order("pace calm");
  }

  /** Returns when each service has answered so many times more, or after 20 s. */
  public boolean awaitAnswers(int more) {
    return order("await " + more).equals("ok");
  }

  /** Stops the clients and writes their history. */
  public ClientReport end(Path history) {
    try {
      return ApiJson.mapper().readValue(order("end " + history), ClientReport.class);
    } catch (IOException e) {
      throw new BedException("the clients' report cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    running.killAndWait();
  }

  private String order(String order) {
    try {
      OutputStream in = running.process().getOutputStream();
      in.write((order + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
      String line = said.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
      if (line == null || line.isEmpty()) {
        throw new BedException(
            "the clients do not answer '%s'; the end of %s:%n%s"
                .formatted(order, running.log(), running.tail()));
      }
      return line;
    } catch (IOException e) {
      running.requireAlive();
      throw new BedException("the clients cannot be talked to: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while the clients worked", e);
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
