package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.compare.GatePolicy;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.lease.OutputDeadline;
import dev.hacolo.agent.provenance.GuestMemory;
import dev.hacolo.agent.provenance.ProcessMemory;
import dev.hacolo.agent.provenance.RamRange;
import dev.hacolo.agent.qemu.PacketPath;
import dev.hacolo.common.api.PeerAddress;
import dev.hacolo.common.api.SecondaryEndpoints;
import io.netty.channel.Channel;
import io.netty.channel.IoEventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packet path of one VM. Its public methods belong to the agent's event loop (the "home"); the
 * sockets and rules live on a loop of the packet path, where every call is carried out in order.
 */
public final class VmPath implements PacketPath {
  private static final Logger LOG = LoggerFactory.getLogger(VmPath.class);
  private static final int TICK_MILLIS = 10;

  private final Context home;
  private final IoEventLoop loop;
  private final PacketLinkTls tls;
  private final PathMeter meter;
  private final Knowledge knowledge;
  private final OutputDeadline deadline;
  private final Losses losses;

  // Of the home.
  private final Set<String> connected = new HashSet<>();
  private Pairing pairing = Pairing.NONE;
  private List<RamRange> memory = List.of();

  // Of the loop.
  private final PacketStreams streams;
  private Edge edge = new Edge(System.nanoTime());
  private @Nullable Role role;
  private @Nullable Channel listener;
  private @Nullable PauseWatch watch;
  private final ScheduledFuture<?> ticks;
  private Promise<Void> synchronised = Promise.promise();
  private volatile boolean needed;
  private int translated;

  /** Told of what the pair cannot do without. */
  public interface Losses {
    /** The packet link is gone. */
    void linkLost(String reason);

    /** A packet socket is gone: QEMU has ended, or has lost a part of it. */
    void socketLost(String reason);
  }

  /** Whom the VM is paired with, and under which rules. */
  public record Pairing(
      @Nullable PeerAddress peer, UUID pairId, long generation, GatePolicy policy) {
    private static final Pairing NONE = new Pairing(null, new UUID(0, 0), 0, GatePolicy.DEFAULT);
  }

  /**
   * A path without sockets. To be made on the home.
   *
   * @param meter gets the path's figures
   * @param knowledge for pre-release
   * @param deadline until when a primary's outputs may leave
   * @param losses told on the home
   */
  public VmPath(
      Context home,
      PacketLoops loops,
      PacketLinkTls tls,
      PathMeter meter,
      Knowledge knowledge,
      OutputDeadline deadline,
      Losses losses) {
    this.deadline = deadline;
    this.knowledge = knowledge;
    this.meter = meter;
    this.home = home;
    this.loop = loops.next();
    this.tls = tls;
    this.losses = losses;
    this.streams = new PacketStreams(loop, this::socketEnded);
    this.ticks =
        loop.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Says whom {@link #listen} and {@link #open} are for. */
  public void pair(Pairing value) {
    pairing = value;
  }

  private void tick() {
    if (watch != null) {
      watch.tick(System.nanoTime());
    }
    Role now = role;
    if (now != null) {
      guarded(() -> now.tick(System.nanoTime()));
    }
    needed = now instanceof ServingProxy serving && serving.isNeeded();
    if (edge.table().size() != translated) {
      translated = edge.table().size();
      meter.translated(this, translated);
    }
  }

  private void take(Role next) {
    if (role != null) {
      role.close();
    }
    role = next;
    streams.reader(next);
  }

  /** Does something on the loop and brings its result home. */
  private <T> Future<T> onLoop(LoopStep<T> step) {
    Promise<T> result = Promise.promise();
    loop.execute(
        () -> {
          try {
            T value = step.run();
            home.runOnContext(v -> result.complete(value));
          } catch (IOException | RuntimeException | Error e) {
            home.runOnContext(v -> result.fail(e));
          }
        });
    return result.future();
  }

  private Future<Void> run(LoopRun step) {
    return onLoop(
            () -> {
              step.run();
              return true;
            })
        .mapEmpty();
  }

  private void inOrder(Runnable step) {
    loop.execute(() -> guarded(step));
  }

  /** A fault in the rules ends the protection, nothing else. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a fault on the packet path", e);
      lost("the agent has a fault on the packet path: " + e);
    }
  }

  private interface LoopRun {
    void run() throws IOException;
  }

  private interface LoopStep<T> {
    T run() throws IOException;
  }

  private <T> Future<T> toHome(io.netty.util.concurrent.Future<T> future) {
    Promise<T> result = Promise.promise();
    future.addListener(
        done ->
            home.runOnContext(
                v -> {
                  if (done.isSuccess()) {
                    result.complete(future.getNow());
                  } else {
                    result.fail(done.cause());
                  }
                }));
    return result.future();
  }

  private static String key(int nic, Stream stream) {
    return nic + "/" + stream;
  }

  @Override
  public Future<Void> connect(int nic, Stream stream, Path socket) {
    return run(() -> streams.connect(nic, stream, socket))
        .onSuccess(v -> connected.add(key(nic, stream)))
        .recover(
            e ->
                Future.failedFuture(
                    new StepException(
                        "the packet socket %s cannot be opened: %s"
                            .formatted(socket, e.getMessage()))));
  }

  @Override
  public boolean isConnected(int nic, Stream stream) {
    return connected.contains(key(nic, stream));
  }

  @Override
  public boolean isConnected() {
    return !connected.isEmpty();
  }

  @Override
  public Future<Void> watch(Path monitor) {
    Promise<Void> watching = Promise.promise();
    return run(() -> {
          endWatch();
          watch =
              PauseWatch.open(
                  monitor,
                  () -> home.runOnContext(v -> watching.tryComplete()),
                  reason -> {
                    home.runOnContext(v -> watching.tryFail(new StepException(reason)));
                    socketEnded(reason);
                  });
        })
        .recover(
            e ->
                Future.failedFuture(
                    new StepException(
                        "the monitor %s cannot be opened: %s".formatted(monitor, e.getMessage()))))
        .compose(v -> watching.future());
  }

  private void endWatch() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  @Override
  public Future<Void> listen(SecondaryEndpoints endpoints) {
    Pairing with = pairing;
    PeerAddress peer = Objects.requireNonNull(with.peer(), "peer");
    return toHome(
            PacketLinks.listen(
                loop,
                tls.server(peer.host()),
                endpoints.address(),
                endpoints.packetPort(),
                with.pairId(),
                with.generation(),
                this::accepted))
        .onSuccess(channel -> loop.execute(() -> listener = channel))
        .mapEmpty();
  }

  /** On the loop. One link for one generation: a second one has missed what the first carried. */
  private void accepted(PacketLink link, byte[] key) {
    PauseWatch pauses = watch;
    if (role instanceof SecondaryProxy || pauses == null) {
      link.close();
    } else {
      take(new SecondaryProxy(streams, pauses, link, key, meter, this::lost));
    }
  }

  private void socketEnded(String reason) {
    LOG.info("{}", reason);
    if (role instanceof PrimaryProxy || role instanceof SecondaryProxy) {
      home.runOnContext(v -> losses.socketLost(reason));
    }
  }

  private void lost(String reason) {
    home.runOnContext(v -> losses.linkLost(reason));
  }

  @Override
  public void memory(List<RamRange> ranges) {
    memory = List.copyOf(ranges);
  }

  @Override
  public void written(List<RamRange> ranges) {
    if (ranges.isEmpty()) {
      return;
    }
    inOrder(
        () -> {
          if (role instanceof PrimaryProxy primary) {
            primary.written(ranges);
          }
        });
  }

  /** On the loop. */
  private @Nullable GuestContent content(GatePolicy policy, List<RamRange> ranges) {
    return policy.preReleases()
        ? new GuestContent(knowledge, policy.release(), loop, guest(ranges))
        : null;
  }

  private @Nullable GuestMemory guest(List<RamRange> ranges) {
    if (ranges.isEmpty()) {
      return null;
    }
    try {
      return ProcessMemory.open(streams.peer(), ranges);
    } catch (IOException | IllegalStateException e) {
      LOG.warn("the guest's memory cannot be read: {}", e.getMessage());
      return null;
    }
  }

  @Override
  public Future<Void> examine() {
    Promise<Void> done = Promise.promise();
    Runnable told = () -> home.runOnContext(v -> done.tryComplete());
    inOrder(
        () -> {
          if (role instanceof PrimaryProxy primary) {
            primary.examine(told);
          } else {
            told.run();
          }
        });
    return done.future();
  }

  @Override
  public void examined(boolean certain) {
    inOrder(
        () -> {
          if (role instanceof PrimaryProxy primary) {
            primary.examined(certain);
          }
        });
  }

  @Override
  public Future<Void> open(SecondaryEndpoints endpoints, CheckpointRequests requests) {
    Pairing with = pairing;
    List<RamRange> ranges = memory;
    PeerAddress peer = Objects.requireNonNull(with.peer(), "peer");
    return toHome(
            PacketLinks.open(
                loop,
                tls.client(peer.host()),
                endpoints.address(),
                endpoints.packetPort(),
                with.pairId(),
                with.generation()))
        .compose(
            opened ->
                run(
                    () ->
                        take(
                            new PrimaryProxy(
                                streams,
                                edge,
                                opened,
                                with.policy(),
                                content(with.policy(), ranges),
                                knowledge.book(),
                                meter,
                                deadline,
                                events(requests)))));
  }

  private PrimaryProxy.Events events(CheckpointRequests requests) {
    synchronised = Promise.promise();
    Promise<Void> mine = synchronised;
    return new PrimaryProxy.Events() {
      @Override
      public void checkpointDue(CheckpointCause cause, long epoch) {
        long now = System.nanoTime();
        home.runOnContext(v -> requests.checkpointDue(cause, epoch, now));
      }

      @Override
      public void synchronised() {
        if (!mine.future().isComplete()) {
          home.runOnContext(v -> mine.tryComplete());
        }
      }

      @Override
      public void linkLost(String reason) {
        home.runOnContext(v -> mine.tryFail(new StepException(reason)));
        lost(reason);
      }
    };
  }

  @Override
  public Future<Void> hold() {
    return run(
        () -> {
          if (!(role instanceof PrimaryProxy primary)) {
            throw new StepException("the packet link is not open");
          }
          primary.hold();
        });
  }

  @Override
  public Future<Void> synchronised() {
    return synchronised.future();
  }

  @Override
  public Future<Void> drain() {
    return run(
        () -> {
          if (role != null) {
            role.drain(System.nanoTime());
          }
        });
  }

  @Override
  public void stopped(long stamp) {
    inOrder(
        () -> {
          if (role instanceof SecondaryProxy secondary) {
            secondary.stopped(stamp, System.nanoTime());
          }
        });
  }

  @Override
  public void sealed(boolean certain) {
    inOrder(
        () -> {
          if (role instanceof PrimaryProxy primary) {
            primary.sealed(certain, System.nanoTime());
          }
        });
  }

  @Override
  public void continued() {
    inOrder(
        () -> {
          if (role instanceof PrimaryProxy primary) {
            primary.continued();
          }
        });
  }

  @Override
  public void resumed() {
    inOrder(
        () -> {
          if (role != null) {
            role.resumed(System.nanoTime());
          }
        });
  }

  @Override
  public Future<Long> serve() {
    return onLoop(
        () -> {
          long before = streams.written();
          long now = System.nanoTime();
          closeListener();
          endWatch();
          if (role instanceof SecondaryProxy secondary) {
            ServingProxy serving = secondary.promoted(now);
            edge = serving.edge();
            take(serving);
          } else if (role instanceof PrimaryProxy primary) {
            primary.releaseAll();
            take(new ServingProxy(streams, edge));
          } else if (role == null) {
            take(new ServingProxy(streams, edge));
          }
          Objects.requireNonNull(role, "role").drain(now);
          tick();
          return streams.written() - before;
        });
  }

  private void closeListener() {
    if (listener != null) {
      var unused = listener.close();
      listener = null;
    }
  }

  @Override
  public boolean isNeeded() {
    return needed;
  }

  @Override
  public void disconnect(int nic, Stream stream) {
    connected.remove(key(nic, stream));
    loop.execute(() -> streams.disconnect(nic, stream));
  }

  @Override
  public void close() {
    connected.clear();
    ticks.cancel(false);
    loop.execute(
        () -> {
          closeListener();
          endWatch();
          if (role != null) {
            role.close();
            role = null;
          }
          streams.close();
          meter.translated(this, 0);
        });
  }
}
