package dev.hacolo.agent.qemu;

import dev.hacolo.agent.domain.CheckpointTracker;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.qmp.Monitor;
import dev.hacolo.agent.qmp.QmpEvent;
import dev.hacolo.agent.qmp.QmpException;
import dev.hacolo.common.api.GuestDescription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A QEMU with an open monitor, seen through what COLO needs of it. Event-loop confined, like its
 * {@link Monitor}.
 */
public final class ColoVm {
  private static final Duration POLL = Duration.ofMillis(50);

  private final Vertx vertx;
  private final GuestDescription guest;
  private final Monitor qmp;
  private final Backends backends;
  private final Duration longestPoll;
  private final @Nullable Path eventMonitor;
  private final CheckpointTracker checkpoints = new CheckpointTracker();
  private final Set<Promise<Void>> awaited = new HashSet<>();
  private Observer observer = new Observer() {};
  private @Nullable Pauses pauses;
  private boolean lastRunning;

  /** Told of what happens to the VM, on the event loop. */
  public interface Observer {
    /** A checkpoint has completed; {@code pauseNanos} is how long this VM was stopped. */
    default void checkpointed(long pauseNanos) {}

    /** QEMU has left COLO because of a fault, its own or the peer's. */
    default void coloExit(String reason) {}
  }

  /** Told of the two ends of each checkpoint's pause, on the event loop. */
  interface Pauses {
    /** The VM stands still for a checkpoint since this event. */
    void stopped(QmpEvent stop);

    /** It runs again since then, and the checkpoint is complete on this side. */
    void resumed(long nanos);
  }

  /** Takes over an open monitor of a guest whose QEMU has the names of its description. */
  public ColoVm(Vertx vertx, GuestDescription guest, Monitor qmp) {
    this(vertx, guest, qmp, null);
  }

  /**
   * The same for a VM that may be a secondary.
   *
   * @param eventMonitor Unix socket of a second monitor, for the packet path alone; null if there
   *     is none
   */
  public ColoVm(Vertx vertx, GuestDescription guest, Monitor qmp, @Nullable Path eventMonitor) {
    this(vertx, guest, qmp, eventMonitor, DescribedBackends.NAMES);
  }

  /**
   * The same for a QEMU with names of its own.
   *
   * @param backends what its netdevs and block nodes are called
   */
  public ColoVm(
      Vertx vertx,
      GuestDescription guest,
      Monitor qmp,
      @Nullable Path eventMonitor,
      Backends backends) {
    this(vertx, guest, qmp, eventMonitor, backends, Duration.ofMinutes(1));
  }

  /**
   * The same at a pace of its own.
   *
   * @param longestPoll no condition is asked for less often
   */
  ColoVm(
      Vertx vertx,
      GuestDescription guest,
      Monitor qmp,
      @Nullable Path eventMonitor,
      Duration longestPoll) {
    this(vertx, guest, qmp, eventMonitor, DescribedBackends.NAMES, longestPoll);
  }

  private ColoVm(
      Vertx vertx,
      GuestDescription guest,
      Monitor qmp,
      @Nullable Path eventMonitor,
      Backends backends,
      Duration longestPoll) {
    this.vertx = vertx;
    this.eventMonitor = eventMonitor;
    this.longestPoll = longestPoll;
    this.guest = guest;
    this.qmp = qmp;
    this.backends = backends;
    qmp.listen(this::onEvent);
    qmp.closed().onComplete(v -> List.copyOf(awaited).forEach(w -> w.tryFail(ended())));
  }

  /** The guest's hardware. */
  public GuestDescription guest() {
    return guest;
  }

  /** The monitor. */
  public Monitor qmp() {
    return qmp;
  }

  /** What its netdevs and block nodes are called. */
  Backends backends() {
    return backends;
  }

  /** Unix socket of the monitor that is for the packet path alone; null if there is none. */
  @Nullable Path eventMonitor() {
    return eventMonitor;
  }

  /** Where its timers run. */
  Vertx vertx() {
    return vertx;
  }

  /** Replaces the observer. */
  public void observe(Observer value) {
    observer = value;
  }

  /** Replaces the listener to pauses; null for none. */
  void pauses(@Nullable Pauses listener) {
    pauses = listener;
  }

  /** The VM was stopped by somebody else: its next RESUME ends no checkpoint. */
  void strangersStop() {
    checkpoints.notACheckpoint();
  }

  private void onEvent(QmpEvent event) {
    switch (event.name()) {
      case "STOP" -> {
        lastRunning = false;
        if (checkpoints.stop(event.nanos()) && pauses != null) {
          pauses.stopped(event);
        }
      }
      case "RESUME" -> {
        lastRunning = true;
        if (checkpoints.resume(event.nanos())) {
          if (pauses != null) {
            pauses.resumed(event.nanos());
          }
          observer.checkpointed(checkpoints.lastPauseNanos());
        }
      }
      case "MIGRATION" -> {
        if ("colo".equals(event.data().getString("status"))) {
          checkpoints.enteredColo();
        } else if ("completed".equals(event.data().getString("status"))) {
          checkpoints.leftColo();
        }
      }
      case "COLO_EXIT" -> {
        checkpoints.leftColo();
        if (!"request".equals(event.data().getString("reason"))) {
          observer.coloExit("QEMU left COLO: its stream to the other VM is broken");
        }
      }
      default -> {
        // Everything else is awaited where it is expected, or of no interest.
      }
    }
  }

  /** Whether the vCPUs run. */
  public Future<Boolean> running() {
    return object("query-status").map(this::noteRunning);
  }

  /**
   * Whether the vCPUs run; a QEMU that does not answer in time but has not ended either is what it
   * was last known to be.
   */
  public Future<Boolean> running(Duration within) {
    return qmp.command("query-status", null, within)
        .map(status -> noteRunning((JsonObject) status))
        .recover(e -> qmp.isOpen() ? Future.succeededFuture(lastRunning) : Future.failedFuture(e));
  }

  private boolean noteRunning(JsonObject status) {
    lastRunning = status.getBoolean("running", false);
    return lastRunning;
  }

  /** The host's thread ids of the guest's vCPUs, in the order of the vCPUs' numbers. */
  public Future<List<Long>> vcpuThreads() {
    return list("query-cpus-fast")
        .map(
            cpus ->
                cpus.stream()
                    .sorted(Comparator.comparing((JsonObject cpu) -> cpu.getInteger("cpu-index")))
                    .map(cpu -> cpu.getLong("thread-id"))
                    .toList());
  }

  /** Sends a command whose result does not matter. */
  Future<Void> run(String command, JsonObject arguments) {
    return qmp.command(command, arguments).mapEmpty();
  }

  /** Sends a command whose result does not matter, with a deadline of its own. */
  Future<Void> run(String command, JsonObject arguments, Duration within) {
    return qmp.command(command, arguments, within).mapEmpty();
  }

  /** Sends a command that returns an object. */
  Future<JsonObject> object(String command) {
    return qmp.command(command).map(result -> (JsonObject) result);
  }

  /** Sends a command that returns a list of objects. */
  Future<List<JsonObject>> list(String command) {
    return list(command, new JsonObject());
  }

  /** Sends a command that returns a list of objects. */
  Future<List<JsonObject>> list(String command, JsonObject arguments) {
    return qmp.command(command, arguments).map(result -> objects((JsonArray) result));
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  /** Values of one member in a list of objects that begin with our prefix. */
  Future<Set<String>> ours(String command, JsonObject arguments, String member) {
    return list(command, arguments)
        .map(
            all ->
                all.stream()
                    .map(o -> o.getString(member, ""))
                    .filter(id -> id.startsWith(Names.PREFIX))
                    .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Removes those of our chardevs that match. */
  Future<Void> removeChardevs(Predicate<String> match) {
    return ours("query-chardev", new JsonObject(), "label")
        .map(ids -> ids.stream().filter(match).toList())
        .compose(
            ids -> Chain.each(ids, id -> run("chardev-remove", new JsonObject().put("id", id))));
  }

  /** Turns a migration capability on or off. */
  Future<Void> capability(String name, boolean on) {
    JsonArray capabilities =
        new JsonArray().add(new JsonObject().put("capability", name).put("state", on));
    return run("migrate-set-capabilities", new JsonObject().put("capabilities", capabilities));
  }

  /** COLO is on or off; MIGRATION events are on with it. */
  Future<Void> colo(boolean on) {
    return capability("events", true).compose(v -> capability("x-colo", on));
  }

  /** Must be called before a secondary is told to take over. */
  void takingOver() {
    checkpoints.takingOver();
  }

  /** Must be called before COLO is left on purpose: what follows is no checkpoint. */
  void leavingColo() {
    checkpoints.leftColo();
  }

  /**
   * Asks for a checkpoint at once (in COLO any setting of this parameter does, migration.c) and
   * sets the longest interval between two.
   */
  public Future<Void> checkpoint(int maxIntervalMillis) {
    return run(
        "migrate-set-parameters", new JsonObject().put("x-checkpoint-delay", maxIntervalMillis));
  }

  /** Whether checkpoints can be asked for: QEMU dies of it before that. */
  boolean takesCheckpoints() {
    return checkpoints.isReady();
  }

  /** Completes when the VM runs in state COLO and checkpoints can be asked for. */
  Future<Void> awaitColo(Duration within, Cancellation cancellation) {
    return checkpoints.isReady()
        ? Future.succeededFuture()
        : awaitEvent(event -> checkpoints.isReady(), "state COLO", within, cancellation);
  }

  /** Completes after one more checkpoint. */
  Future<Void> awaitCheckpoint(Duration within, Cancellation cancellation) {
    long before = checkpoints.completed();
    return awaitEvent(
        event -> checkpoints.completed() > before, "a checkpoint", within, cancellation);
  }

  /** Completes at the first event that matches; listening begins before this returns. */
  Future<Void> awaitEvent(
      Predicate<QmpEvent> match, String what, Duration within, Cancellation cancellation) {
    if (!qmp.isOpen()) {
      return Future.failedFuture(ended());
    }
    Promise<Void> found = Promise.promise();
    Consumer<QmpEvent> listener =
        event -> {
          if (match.test(event)) {
            found.tryComplete();
          }
        };
    qmp.listen(listener);
    awaited.add(found);
    long timer = vertx.setTimer(within.toMillis(), t -> found.tryFail(inVain(what, within)));
    cancellation.asFuture().onFailure(found::tryFail);
    return found
        .future()
        .onComplete(
            r -> {
              qmp.unlisten(listener);
              awaited.remove(found);
              vertx.cancelTimer(timer);
            });
  }

  /** Asks again and again, where QEMU has no event, until the condition holds. */
  Future<Void> awaitCondition(
      Supplier<Future<Boolean>> condition,
      String what,
      Duration within,
      Duration every,
      Cancellation cancellation) {
    long until = System.nanoTime() + within.toNanos();
    return poll(condition, () -> inVain(what, within), until, every, cancellation);
  }

  private Future<Void> poll(
      Supplier<Future<Boolean>> condition,
      Supplier<StepException> tooLate,
      long until,
      Duration every,
      Cancellation cancellation) {
    return cancellation
        .step(condition)
        .compose(
            holds -> {
              if (holds) {
                return Future.succeededFuture();
              }
              if (until - System.nanoTime() <= 0) {
                return Future.failedFuture(tooLate.get());
              }
              return pause(every)
                  .compose(v -> poll(condition, tooLate, until, every, cancellation));
            });
  }

  /** {@link #awaitCondition} at the usual pace. */
  Future<Void> awaitCondition(Supplier<Future<Boolean>> condition, String what, Duration within) {
    return awaitCondition(condition, what, within, POLL, new Cancellation());
  }

  private Future<Void> pause(Duration time) {
    long millis = Math.min(time.toMillis(), longestPoll.toMillis());
    return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
  }

  private StepException inVain(String what, Duration within) {
    return new StepException(
        "%s: waited %d ms in vain for %s".formatted(guest.name(), within.toMillis(), what));
  }

  private StepException ended() {
    return new StepException(guest.name() + ": QEMU has ended");
  }

  /** Lets a command fail that QEMU refuses, because what it would undo is not there. */
  static Future<Void> tolerateRefusal(Future<Void> command) {
    return command.recover(
        e ->
            e instanceof QmpException q && q.kind() == QmpException.Kind.REFUSED
                ? Future.succeededFuture()
                : Future.failedFuture(e));
  }
}
