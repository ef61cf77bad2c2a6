package dev.hacolo.bed.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One connection and the thread that keeps it busy until it breaks or the process ends. */
final class Driver implements Runnable {
  private final ConnectionRecord record;
  private final TrafficSettings settings;
  private final OutageWatch watch;
  private final PauseGate gate;
  private final CompletableFuture<Void> firstAnswer = new CompletableFuture<>();

  Driver(ConnectionRecord record, TrafficSettings settings, OutageWatch watch, PauseGate gate) {
    this.record = record;
    this.settings = settings;
    this.watch = watch;
    this.gate = gate;
  }

  ConnectionRecord record() {
    return record;
  }

  /** Completes with the first answer, or fails with the reason why there is none. */
  CompletableFuture<Void> firstAnswer() {
    return firstAnswer;
  }

  @Override
  public void run() {
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(settings.silenceMs());
      socket.connect(
          new InetSocketAddress(settings.guest(), record.protocol().port()), settings.silenceMs());
      driveOn(socket);
    } catch (IOException e) {
      end(String.valueOf(e.getMessage()));
    } finally {
      gate.driverEnded();
    }
  }

  /** Keeps a connected socket busy until it breaks; the record then says why. */
  void driveOn(Socket socket) {
    try {
      drive(exchange(socket));
    } catch (SocketTimeoutException e) {
      end("silent for more than %d ms".formatted(settings.silenceMs()));
    } catch (IOException e) {
      end(String.valueOf(e.getMessage()));
    } catch (WrongAnswerException e) {
      record.wrong(String.valueOf(e.getMessage()));
      end("an answer that cannot be understood: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end("the client was interrupted");
    }
  }

  static StoreSession storeSession(Protocol protocol, Socket socket) throws IOException {
    return protocol == Protocol.REDIS
        ? new RedisSession(socket.getInputStream(), socket.getOutputStream())
        : new MemcachedSession(socket.getInputStream(), socket.getOutputStream());
  }

  private Exchange exchange(Socket socket) throws IOException {
    if (record.protocol().writes()) {
      return new StoreExchange(record, settings.scheme(), storeSession(record.protocol(), socket));
    }
    HttpSession session = new HttpSession(socket.getInputStream(), socket.getOutputStream());
    return new WebExchange(record, session, settings.readPage());
  }

  private void drive(Exchange exchange)
      throws IOException, WrongAnswerException, InterruptedException {
    while (true) {
      if (gate.pass()) {
        record.resumed(System.nanoTime());
      }
      long sent = System.nanoTime();
      exchange.next();
      long received = System.nanoTime();
      record.answered(received);
      watch.answered(new OutageWatch.Answer(record.name(), sent, received));
      firstAnswer.complete(null);
      TimeUnit.MILLISECONDS.sleep(settings.thinkMs());
    }
  }

  private void end(String reason) {
    record.broken(reason);
    firstAnswer.completeExceptionally(new IOException(record.name() + ": " + reason));
  }
}
