package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.GatePolicy;
import dev.hacolo.agent.compare.GateStatistics;
import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.lease.OutputDeadline;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import dev.hacolo.agent.testing.AgentConfigs;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.NoKnowledge;
import dev.hacolo.common.api.PeerAddress;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.identity.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Two agents' packet paths with a real packet link between them, and stand-ins for the two QEMUs.
 * What a session would do at a checkpoint is done by {@link #checkpoint}.
 */
final class PathPair implements AutoCloseable {
  static final UUID PAIR = new UUID(0, 7);

  private static final Set<Stream> OF_SECONDARY =
      EnumSet.of(Stream.INPUT, Stream.INJECTED, Stream.OUTPUT, Stream.RELEASED);
  private static final Set<Stream> OF_PRIMARY =
      EnumSet.of(Stream.INPUT_COPY, Stream.OUTPUT, Stream.RELEASED);

  final EventLoop home = new EventLoop();
  final PacketLoops loops;
  final QemuEnds primaryEnds;
  final QemuEnds secondaryEnds;
  final VmPath primary;
  final VmPath secondary;
  final PathMeter meter =
      new PathMeter() {
        @Override
        public void gate(Object gate, GateStatistics now) {
          last = now;
        }

        @Override
        public void gateEnded(Object gate, GateStatistics end) {
          last = end;
        }

        @Override
        public void secondary(Object secondary, SecondaryFigures now) {
          lastOfSecondary = now;
        }

        @Override
        public void secondaryEnded(Object secondary, SecondaryFigures end) {
          lastOfSecondary = end;
        }

        @Override
        public void lease(Object gate, LeaseFigures now) {
          lastOfLease = now;
        }

        @Override
        public void translated(Object path, int connections) {
          translated = connections;
        }
      };
  volatile @Nullable GateStatistics last;
  volatile @Nullable SecondaryFigures lastOfSecondary;
  volatile LeaseFigures lastOfLease = new LeaseFigures(0, 0, 0);
  volatile int translated;
  final List<String> due = new CopyOnWriteArrayList<>();
  final List<String> lostOfPrimary = new CopyOnWriteArrayList<>();
  final List<String> lostOfSecondary = new CopyOnWriteArrayList<>();
  final SecondaryEndpoints endpoints;

  /** Until when the primary's outputs may leave. */
  final OutputDeadline deadline = new OutputDeadline();

  private final AgentConfig a;

  PathPair(Path directory, GatePolicy policy, int threads)
      throws IOException, GeneralSecurityException {
    this(directory, policy, threads, "b", 1);
  }

  /** With another certificate or generation than A expects of B. */
  PathPair(Path directory, GatePolicy policy, int threads, String nameOfB, long generationOfB)
      throws IOException, GeneralSecurityException {
    loops = new PacketLoops(threads);
    TestCa ca = new TestCa(directory, "ca");
    a = AgentConfigs.of(directory, ca, "a");
    AgentConfig b = AgentConfigs.of(directory, ca, "b", nameOfB);
    primaryEnds = new QemuEnds(Files.createDirectory(directory.resolve("pa")));
    secondaryEnds = new QemuEnds(Files.createDirectory(directory.resolve("pb")));
    primary = home.call(() -> path(a, lostOfPrimary));
    secondary = home.call(() -> path(b, lostOfSecondary));
    endpoints = new SecondaryEndpoints("127.0.0.1", 1, 2, freePort(), List.of());
    home.run(
        () -> {
          primary.pair(new VmPath.Pairing(new PeerAddress("b", "127.0.0.1", 1), PAIR, 1, policy));
          secondary.pair(
              new VmPath.Pairing(
                  new PeerAddress("a", "127.0.0.1", 1), PAIR, generationOfB, policy));
        });
  }

  private VmPath path(AgentConfig config, List<String> lost) {
    return new VmPath(
        home.vertx().getOrCreateContext(),
        loops,
        new PacketLinkTls(config.tls()),
        meter,
        NoKnowledge.get(),
        deadline,
        losses(lost));
  }

  private static VmPath.Losses losses(List<String> lost) {
    return new VmPath.Losses() {
      @Override
      public void linkLost(String reason) {
        lost.add(reason);
      }

      @Override
      public void socketLost(String reason) {
        lost.add("socket: " + reason);
      }
    };
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  /** Connects everything up to the point at which outputs wait. */
  void connect() throws IOException {
    for (Stream stream : OF_SECONDARY) {
      Path socket = secondaryEnds.listen(stream);
      home.get(() -> secondary.connect(0, stream, socket));
    }
    watch();
    for (Stream stream : OF_PRIMARY) {
      Path socket = primaryEnds.listen(stream);
      home.get(() -> primary.connect(0, stream, socket));
    }
    home.get(() -> secondary.listen(endpoints));
    home.get(() -> primary.open(endpoints, (cause, epoch, at) -> due.add(cause + " " + epoch)));
    home.get(primary::hold);
  }

  /** The secondary's path watches its VM's pauses. */
  void watch() throws IOException {
    Path monitor = secondaryEnds.monitor();
    var watching = home.call(() -> secondary.watch(monitor));
    secondaryEnds.negotiate();
    home.get(() -> watching);
  }

  /** One checkpoint as both agents see it, in the order of QEMU's events. */
  void checkpoint() {
    home.get(secondary::drain);
    home.get(primary::drain);
    home.run(
        () -> {
          primary.sealed(true);
          secondary.resumed();
          primary.resumed();
        });
  }

  /** A checkpoint, and everything that it covers has left. */
  void firstCheckpoint() {
    checkpoint();
    home.get(primary::synchronised);
  }

  AgentConfig configOfA() {
    return a;
  }

  @Override
  public void close() throws IOException {
    home.run(
        () -> {
          primary.close();
          secondary.close();
        });
    loops.close();
    home.close();
    primaryEnds.close();
    secondaryEnds.close();
  }
}
