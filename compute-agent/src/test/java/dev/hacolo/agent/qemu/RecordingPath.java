package dev.hacolo.agent.qemu;

import dev.hacolo.agent.provenance.RamRange;
import dev.hacolo.common.api.SecondaryEndpoints;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A packet path without sockets that writes down what it is told. On the event loop, as a path. */
final class RecordingPath implements PacketPath {
  private final Consumer<String> steps;
  private final Set<String> connected = new HashSet<>();

  /** What it was told of pauses of the VM: one word each. */
  final List<String> pauses = new ArrayList<>();

  private boolean needed;

  /** Tells the steps that change something to somebody who sees QEMU's commands as well. */
  RecordingPath(Consumer<String> steps) {
    this.steps = steps;
  }

  /** Whether a serving VM still needs it. */
  void needed(boolean value) {
    needed = value;
  }

  private Future<Void> step(String what) {
    steps.accept("path: " + what);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> connect(int nic, Stream stream, Path socket) {
    connected.add(nic + "/" + stream);
    return step("connect %d %s %s".formatted(nic, stream, socket));
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
    return step("watch " + monitor);
  }

  @Override
  public void stopped(long stamp) {
    pauses.add("stopped");
  }

  @Override
  public Future<Void> listen(SecondaryEndpoints endpoints) {
    return step("listen");
  }

  @Override
  public Future<Void> open(SecondaryEndpoints endpoints, CheckpointRequests requests) {
    return step("open");
  }

  @Override
  public Future<Void> hold() {
    return step("hold");
  }

  @Override
  public Future<Void> synchronised() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> drain() {
    pauses.add("drain");
    return step("drain");
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
    pauses.add(certain ? "sealed" : "perhaps sealed");
  }

  @Override
  public void continued() {
    pauses.add("continued");
  }

  @Override
  public void resumed() {
    pauses.add("resumed");
  }

  @Override
  public Future<Long> serve() {
    return step("serve").map(10_000L);
  }

  @Override
  public boolean isNeeded() {
    return needed;
  }

  @Override
  public void disconnect(int nic, Stream stream) {
    connected.remove(nic + "/" + stream);
    step("disconnect %d %s".formatted(nic, stream));
  }

  @Override
  public void close() {
    connected.clear();
    step("close");
  }
}
