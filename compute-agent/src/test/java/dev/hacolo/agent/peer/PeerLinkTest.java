package dev.hacolo.agent.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.guard.BootClock;
import dev.hacolo.agent.testing.AgentConfigs;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.Relay;
import dev.hacolo.common.api.PeerAddress;
import dev.hacolo.common.identity.TestCa;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two endpoints on loopback with real TLS. */
final class PeerLinkTest {
  private static final UUID PAIR = new UUID(1, 1);
  private static final long GENERATION = 3;
  private static final BootClock CLOCK = new BootClock();

  /** Wide: a loaded machine must not make it fail, a missing detection must. */
  private static final Duration FOUND = AgentConfigs.SUSPICION.multipliedBy(10);

  private final EventLoop loop = new EventLoop();
  private final Path directory;
  private final TestCa ca;
  private final AgentConfig primary;
  private final List<String> atPrimary = new CopyOnWriteArrayList<>();
  private final List<String> atSecondary = new CopyOnWriteArrayList<>();
  private final List<PeerEndpoint> endpoints = new CopyOnWriteArrayList<>();
  private final Promise<PeerLink> accepted = Promise.promise();
  private final int port;

  PeerLinkTest(@TempDir Path directory) throws Exception {
    this.directory = directory;
    ca = new TestCa(directory, "ca");
    primary = AgentConfigs.of(directory, ca, "a");
    AgentConfig secondary = AgentConfigs.of(directory, ca, "b");
    port = loop.get(() -> endpoint(secondary).listen().map(NetServer::actualPort));
  }

  /** To be called on the loop, which is its home. */
  private PeerEndpoint endpoint(AgentConfig config) {
    PeerEndpoint made = new PeerEndpoint(loop.vertx(), config, new OnePair());
    endpoints.add(made);
    return made;
  }

  @AfterEach
  void stop() {
    endpoints.forEach(e -> loop.get(() -> e.close().map(true)));
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  /** Takes links of one pair. */
  private final class OnePair implements PeerEndpoint.Acceptor {
    @Override
    public @Nullable String refusal(String peerHost, UUID pairId, long generation) {
      return pairId.equals(PAIR) ? null : "this host has no session of pair " + pairId;
    }

    @Override
    public void accepted(UUID pairId, PeerLink link) {
      link.observe(new Noted(atSecondary));
      accepted.complete(link);
    }
  }

  private record Noted(List<String> notes) implements PeerLink.Observer {
    @Override
    public void peerProtected() {
      notes.add("protected");
    }

    @Override
    public void peerRenounced(String reason) {
      notes.add("renounced: " + reason);
    }

    @Override
    public void peerLost(String reason) {
      notes.add("lost: " + reason);
    }
  }

  private Future<PeerLink> open(AgentConfig from, String host, int toPort, UUID pair) {
    PeerAddress peer = new PeerAddress(host, "127.0.0.1", toPort);
    return endpoint(from).open(peer, pair, GENERATION);
  }

  private PeerLink link(int toPort) {
    PeerLink link = loop.get(() -> open(primary, "b", toPort, PAIR));
    loop.run(() -> link.observe(new Noted(atPrimary)));
    loop.get(accepted::future);
    return link;
  }

  private void pass(Duration time) {
    loop.get(() -> loop.vertx().timer(time.toMillis(), TimeUnit.MILLISECONDS));
  }

  @Test
  void heartbeatsKeepALink() {
    link(port);
    pass(AgentConfigs.SUSPICION.multipliedBy(2));
    assertThat(atPrimary).isEmpty();
    assertThat(atSecondary).isEmpty();
  }

  @Test
  void marksArriveInOrderOnTheOtherSide() {
    PeerLink link = link(port);
    loop.run(
        () -> {
          link.tellProtected(GENERATION);
          link.tellRenounced(GENERATION, "its VM died");
        });
    await().until(() -> atSecondary.size() == 2);
    assertThat(atSecondary).containsExactly("protected", "renounced: its VM died");
  }

  @Test
  void closingTellsTheOtherSideOnceAndOneselfNothing() {
    PeerLink link = link(port);
    loop.run(
        () -> {
          link.close("protection ends");
          link.close("again");
        });
    await().until(() -> !atSecondary.isEmpty());
    pass(AgentConfigs.SUSPICION.multipliedBy(2));
    assertThat(atSecondary).containsExactly("lost: the peer closed the peer link: protection ends");
    assertThat(atPrimary).isEmpty();
  }

  @Test
  void aLossBeforeTheObserverComesIsToldWhenItComes() {
    PeerLink link = loop.get(() -> open(primary, "b", port, PAIR));
    PeerLink other = loop.get(accepted::future);
    loop.run(() -> other.close("at once"));
    pass(AgentConfigs.SUSPICION);
    loop.run(() -> link.observe(new Noted(atPrimary)));
    loop.run(() -> link.observe(new Noted(atPrimary)));
    assertThat(atPrimary).containsExactly("lost: the peer closed the peer link: at once");
  }

  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true"})
  void silenceIsFoundByBothAlsoInOneDirectionOnly(boolean forward, boolean backward) {
    Relay.Listening relay = loop.get(() -> Relay.open(loop.vertx(), port));
    PeerLink link = link(relay.port());
    loop.run(() -> link.tellProtected(GENERATION));
    await().until(() -> atSecondary.contains("protected"));
    atSecondary.clear();
    long begun = System.nanoTime();
    loop.run(() -> relay.relay().lose(forward, backward));
    await().atMost(FOUND).until(() -> !atPrimary.isEmpty() && !atSecondary.isEmpty());
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isGreaterThan(AgentConfigs.SUSPICION.multipliedBy(8).dividedBy(10));
    assertThat(atPrimary).hasSize(1);
    assertThat(atSecondary).hasSize(1);
    // The one that hears nothing or is not heard says so; closing may tell the other one sooner.
    assertThat(atPrimary.get(0) + atSecondary.get(0))
        .contains("lost: no heartbeat of the peer for");
  }

  /** Keeps the newest end of a lease. */
  private static final class Kept {
    volatile long until = Long.MIN_VALUE;
  }

  private Kept kept(PeerLink link) {
    Kept kept = new Kept();
    loop.run(() -> link.keepLease(end -> kept.until = end));
    return kept;
  }

  @Test
  void theLeaseIsRenewedUntilItIsWithdrawnAndIsOverWhenThatIsSaid() {
    Kept kept = kept(link(port));
    await().until(() -> kept.until > CLOCK.getAsLong());
    long first = kept.until;
    await().until(() -> kept.until > first);
    PeerLink granting = accepted.future().result();
    loop.get(() -> granting.withdrawLease().map(true));
    assertThat(CLOCK.getAsLong()).isGreaterThan(kept.until);
    // The link is there yet, and renews nothing; also that is found.
    await().atMost(FOUND).until(() -> !atPrimary.isEmpty() || !atSecondary.isEmpty());
    assertThat(CLOCK.getAsLong()).isGreaterThan(kept.until);
  }

  @ParameterizedTest
  @CsvSource({"true,false", "false,true"})
  void theLeaseEndsWhereOneDirectionIsSilentAndTheOtherSideWaitsForThat(
      boolean forward, boolean backward) {
    Relay.Listening relay = loop.get(() -> Relay.open(loop.vertx(), port));
    Kept kept = kept(link(relay.port()));
    await().until(() -> kept.until > CLOCK.getAsLong());
    loop.run(() -> relay.relay().lose(forward, backward));
    PeerLink granting = accepted.future().result();
    loop.get(() -> granting.withdrawLease().map(true));
    assertThat(CLOCK.getAsLong()).isGreaterThan(kept.until);
  }

  @Test
  void aPrimaryHasNothingToWaitFor() {
    PeerLink link = link(port);
    assertThat(loop.get(() -> link.withdrawLease().map(true))).isTrue();
  }

  @Test
  void aLeaseOfAnAbsurdLengthIsRefusedWithTheReason() {
    Buffer hello = PeerFrameCodec.encode(new PeerFrame.Hello(2, "a", PAIR, 1, Long.MAX_VALUE));
    assertThat(only(converse(hello)))
        .isEqualTo(
            new PeerFrame.Refused(
                "a lease of 9223372036854775807 ns is not granted: allowed are up to 60 s"));
  }

  @Test
  void beforeProtectionASilentPeerIsGivenTime() {
    Relay.Listening relay = loop.get(() -> Relay.open(loop.vertx(), port));
    link(relay.port());
    loop.run(() -> relay.relay().lose(true, true));
    pass(AgentConfigs.SUSPICION.multipliedBy(3));
    assertThat(atPrimary).isEmpty();
    assertThat(atSecondary).isEmpty();
  }

  @Test
  void anotherHostsCertificateIsRefusedByTheClient() {
    assertThat(loop.failure(() -> open(primary, "c", port, PAIR)))
        .hasMessageStartingWith(
            "the peer link to c (127.0.0.1:%d) cannot be opened: ".formatted(port));
    assertThat(accepted.future().isComplete()).isFalse();
  }

  @Test
  void aHostThatIsNotTheOneOfItsCertificateIsRefusedByTheServer() throws Exception {
    AgentConfig liar = AgentConfigs.of(directory, ca, "liar", "somebody");
    assertThat(loop.failure(() -> open(liar, "b", port, PAIR)))
        .hasMessageContaining("the certificate of 'somebody' is not the one of 'liar'");
  }

  @Test
  void anotherCaIsRefused() throws Exception {
    TestCa other = new TestCa(directory, "other");
    AgentConfig stranger = AgentConfigs.of(directory, other, "stranger");
    assertThat(loop.failure(() -> open(stranger, "b", port, PAIR))).isNotNull();
    assertThat(accepted.future().isComplete()).isFalse();
  }

  @Test
  void anUnknownPairIsRefusedWithTheReason() {
    assertThat(loop.failure(() -> open(primary, "b", port, new UUID(9, 9))))
        .hasMessageEndingWith("this host has no session of pair " + new UUID(9, 9));
  }

  @Test
  void nobodyThereIsOneSentence() {
    int closed =
        loop.get(
            () ->
                loop.vertx()
                    .createNetServer()
                    .connectHandler(s -> {})
                    .listen(0, "127.0.0.1")
                    .compose(s -> s.close().map(s.actualPort())));
    assertThat(loop.failure(() -> open(primary, "b", closed, PAIR)))
        .hasMessageStartingWith(
            "the peer link to b (127.0.0.1:%d) cannot be opened: ".formatted(closed));
  }

  /** Sends bytes as an agent would, and returns all that comes back until the server closes. */
  private Buffer converse(Buffer bytes) {
    return converse(bytes, Buffer.buffer());
  }

  /** The same, with more bytes that are sent when the first answer comes. */
  private Buffer converse(Buffer bytes, Buffer onAnswer) {
    NetClientOptions options =
        new NetClientOptions()
            .setSsl(true)
            .setHostnameVerificationAlgorithm("")
            .setTrustAll(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(primary.tls().certificate().toString())
                    .setKeyPath(primary.tls().key().toString()));
    return loop.get(
        () -> {
          NetClient client = loop.vertx().createNetClient(options);
          // A client that nobody holds is collected as garbage, and its sockets are closed then.
          return client
              .connect(port, "127.0.0.1")
              .compose(socket -> exchange(socket, bytes, onAnswer))
              .onComplete(answer -> client.close());
        });
  }

  private static Future<Buffer> exchange(NetSocket socket, Buffer bytes, Buffer onAnswer) {
    Promise<Buffer> all = Promise.promise();
    Buffer received = Buffer.buffer();
    socket.handler(
        answer -> {
          if (received.length() == 0 && onAnswer.length() > 0) {
            socket.write(onAnswer);
          }
          received.appendBuffer(answer);
        });
    socket.closeHandler(v -> all.complete(received));
    socket.write(bytes);
    return all.future();
  }

  private static PeerFrame only(Buffer bytes) {
    assertThat(bytes.length()).isGreaterThan(2);
    return PeerFrameCodec.decode(bytes.getBytes(2, bytes.length()));
  }

  @Test
  void anotherProtocolIsRefusedWithTheReason() {
    assertThat(only(converse(PeerFrameCodec.encode(new PeerFrame.Hello(3, "a", PAIR, 1, 1)))))
        .isEqualTo(new PeerFrame.Refused("peer protocol 3 is not spoken here: allowed is 2"));
  }

  @Test
  void aLinkBeginsWithHello() {
    assertThat(only(converse(PeerFrameCodec.encode(new PeerFrame.Protected(1)))))
        .isEqualTo(new PeerFrame.Refused("the first frame of a peer link must be a hello"));
  }

  @ParameterizedTest
  @CsvSource({"00000000000000000000", "000109"})
  void garbageEndsTheConnection(String hex) {
    Buffer garbage = Buffer.buffer(java.util.HexFormat.of().parseHex(hex));
    assertThat(converse(garbage).length()).isZero();
  }

  @Test
  void garbageOnAnEstablishedLinkIsALoss() {
    Buffer hello = PeerFrameCodec.encode(new PeerFrame.Hello(2, "a", PAIR, GENERATION, 1));
    Buffer answer = converse(hello, Buffer.buffer(new byte[] {0, 1, 99}));
    assertThat(answer.getUnsignedShort(0)).isPositive();
    await().until(() -> !atSecondary.isEmpty());
    assertThat(atSecondary).hasSize(1);
  }

  @Test
  void garbageBehindTheHelloMakesNoLink() {
    Buffer hello = PeerFrameCodec.encode(new PeerFrame.Hello(2, "a", PAIR, GENERATION, 1));
    converse(hello.copy().appendBytes(new byte[] {0, 1, 99}));
    pass(AgentConfigs.SUSPICION);
    assertThat(accepted.future().isComplete()).isFalse();
  }
}
