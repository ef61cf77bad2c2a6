package dev.hacolo.agent.qemu;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.provenance.RamRange;
import dev.hacolo.common.api.SecondaryEndpoints;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A packet path without packets: writes down what the engine tells it, and raises causes. */
final class FakePath implements PacketPath {
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Set<String> connected = new HashSet<>();
  private @Nullable CheckpointRequests requests;
  private Promise<Void> draining = Promise.promise();
  private boolean slow;
  private final AtomicLong seals = new AtomicLong();

  /** What was told of checkpoints, in order. */
  List<String> calls() {
    return calls;
  }

  /** Drains end only when {@link #drained} is called. */
  void slow() {
    slow = true;
  }

  void drained() {
    slow = false;
    draining.tryComplete();
  }

  long seals() {
    return seals.get();
  }

  /** Raises a cause in an epoch; on the event loop. */
  void raise(CheckpointCause cause, long epoch) {
    Objects.requireNonNull(requests, "open").checkpointDue(cause, epoch, System.nanoTime());
  }

  @Override
  public Future<Void> connect(int nic, Stream stream, Path socket) {
    connected.add(nic + "/" + stream);
    return Future.succeededFuture();
  }

  @Override
  public boolean isConnected(int nic, Stream stream) {
    return connected.contains(nic + "/" + stream);
  }

  @Override
  public boolean isConnected() {
    return !connected.isEmpty();
  }

  @Override
  public Future<Void> watch(Path monitor) {
    return Future.succeededFuture();
  }

  @Override
  public void stopped(long stamp) {
    calls.add("stopped");
  }

  @Override
  public Future<Void> listen(SecondaryEndpoints endpoints) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> open(SecondaryEndpoints endpoints, CheckpointRequests value) {
    requests = value;
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> hold() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> synchronised() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> drain() {
    calls.add("drain");
    draining = Promise.promise();
    if (!slow) {
      draining.complete();
    }
    return draining.future();
  }

  @Override
  public void written(List<RamRange> ranges) {}

  @Override
  public void memory(List<RamRange> ranges) {
    // What is in it, other tests show.
  }

  @Override
  public Future<Void> examine() {
    return Future.succeededFuture();
  }

  @Override
  public void examined(boolean certain) {
    // See examine.
  }

  @Override
  public void sealed(boolean certain) {
    seals.incrementAndGet();
    calls.add(certain ? "sealed" : "sealed uncertain");
  }

  @Override
  public void continued() {
    calls.add("continued");
  }

  @Override
  public void resumed() {
    calls.add("resumed");
  }

  @Override
  public Future<Long> serve() {
    return Future.succeededFuture(0L);
  }

  @Override
  public boolean isNeeded() {
    return false;
  }

  @Override
  public void disconnect(int nic, Stream stream) {
    connected.remove(nic + "/" + stream);
  }

  @Override
  public void close() {
    connected.clear();
  }
}
