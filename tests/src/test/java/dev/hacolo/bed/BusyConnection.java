package dev.hacolo.bed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.process.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Exchanges one after the other on a connection, until the end, in a thread of its own. */
final class BusyConnection implements AutoCloseable {
  /** One request and its answer, which is checked. */
  interface Exchange {
    /** The exchange with a number, counted from 0. */
    void run(int number) throws IOException;
  }

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Future<Integer> result;
  private final String name;

  /** Begins. */
  BusyConnection(String name, Exchange exchange) {
    this.name = name;
    result =
        thread.submit(
            () -> {
              try {
                while (!over.get()) {
                  exchange.run(done.get());
                  done.incrementAndGet();
                }
              } catch (IOException e) {
                throw new IOException("the connection %s broke".formatted(name), e);
              }
              return done.get();
            });
  }

  /** Waits for so many more; fails with what went wrong, if anything did. */
  void awaitExchanges(int more) throws Exception {
    int from = done.get();
    Await.until(
        "%d more exchanges on the connection %s".formatted(more, name),
        Duration.ofSeconds(30),
        () -> done.get() >= from + more || result.isDone());
    if (result.isDone()) {
      assertThat(result.get()).as(name).isPositive();
    }
  }

  /** Fails with what went wrong, if anything did. */
  void end() throws Exception {
    over.set(true);
    assertThat(result.get(30, TimeUnit.SECONDS)).isPositive();
  }

  @Override
  public void close() {
    over.set(true);
    thread.shutdownNow();
  }
}
