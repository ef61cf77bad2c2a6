package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.Operation;
import dev.hacolo.bed.oracle.judge.Verb;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One client: asks one thing after the other over one connection, which it opens anew when it
 * breaks and now and then without a reason. One thread each.
 *
 * <p>From time to time all clients ask at the same moment for the same thing: that is when the two
 * copies of the guest are likeliest to serve them in different orders.
 */
abstract class Client implements Runnable {
  private static final int PATIENCE_MS = 5000;
  private static final int RETRY_MS = 50;
  private static final int REOPEN_ONE_IN = 120;

  /** Its choices. */
  protected final SplittableRandom random;

  private final int number;
  private final Service service;
  private final String host;
  private final Gate gate;
  private final Recorder recorder;
  private @Nullable Wire wire;
  private int names;
  private boolean calm;

  Client(
      int number,
      Service service,
      String host,
      Gate gate,
      Recorder recorder,
      SplittableRandom random) {
    this.number = number;
    this.service = service;
    this.host = host;
    this.gate = gate;
    this.recorder = recorder;
    this.random = random;
  }

  /**
   * Asks one thing.
   *
   * @param meeting whether all clients ask now
   */
  abstract void step(Round round, boolean meeting) throws InterruptedException;

  @Override
  public void run() {
    boolean meeting = false;
    try {
      while (true) {
        Round round = gate.enter();
        try {
          beginAnew(round);
          if (recorder.hasRoom()) {
            step(round, meeting);
          }
        } finally {
          gate.leave();
        }
        meeting = think(round);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Of a connection from before the protection nothing is pre-released, nor of any other of its
   * service as long as it is used.
   */
  private void beginAnew(Round round) {
    boolean isProtected = round.pace() != Round.Pace.CALM;
    if (isProtected && calm && !round.dependsOnOrder()) {
      hangUp();
    }
    calm = !isProtected;
  }

  /** A name that no value has had. */
  protected final String name(Round round) {
    return "r%dc%dn%d".formatted(round.number(), number, ++names);
  }

  /** Asks and writes down what becomes of it; the answer, or null. */
  protected final @Nullable String ask(
      String subject, Verb verb, String argument, Exchange exchange) throws InterruptedException {
    Wire open = open();
    if (open == null) {
      return null;
    }
    long begin = System.nanoTime();
    String answer = answer(open, exchange);
    if (answer == null) {
      recorder.add(new Operation(number, subject, verb, argument, null, begin, Operation.NEVER));
    } else {
      recorder.add(
          new Operation(number, subject, verb, argument, answer, begin, System.nanoTime()));
    }
    return answer;
  }

  /** Asks for something that has no history; only a wrong answer is written down. */
  protected final void askAside(String what, Exchange exchange) throws InterruptedException {
    Wire open = open();
    if (open == null) {
      return;
    }
    long begin = System.nanoTime();
    String answer = answer(open, exchange);
    if (answer != null && answer.startsWith(Operation.WRONG)) {
      recorder.add(new Operation(number, what, Verb.GET, "", answer, begin, System.nanoTime()));
    }
  }

  private @Nullable String answer(Wire open, Exchange exchange) {
    try {
      String answer = exchange.on(open);
      recorder.answered(service);
      if (answer.startsWith(Operation.WRONG) || random.nextInt(REOPEN_ONE_IN) == 0) {
        hangUp();
      }
      return answer;
    } catch (SocketTimeoutException e) {
      recorder.stalled();
    } catch (IOException e) {
      recorder.reset();
    } catch (NumberFormatException e) {
      hangUp();
      return Values.wrong(String.valueOf(e.getMessage()));
    }
    hangUp();
    return null;
  }

  private @Nullable Wire open() throws InterruptedException {
    if (wire == null) {
      try {
        wire = new Wire(service.at(host), PATIENCE_MS);
      } catch (IOException e) {
        recorder.refused();
        Thread.sleep(RETRY_MS);
      }
    }
    return wire;
  }

  private void hangUp() {
    if (wire != null) {
      wire.close();
      wire = null;
    }
  }

  /** Pauses; true if it was cut short by a meeting of all clients. */
  private boolean think(Round round) throws InterruptedException {
    long now = System.nanoTime();
    long pause = random.nextInt(1, 2 * round.pace().thinkMs) * 1_000_000L;
    long period = round.meetingMs() * 1_000_000L;
    long meeting = period - Math.floorMod(now, period);
    long wait = Math.min(pause, meeting);
    Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
    return meeting <= pause;
  }
}
