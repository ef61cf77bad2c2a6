package dev.hacolo.agent.peer;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.guard.BootClock;
import dev.hacolo.agent.lease.LeaseGrant;
import dev.hacolo.agent.lease.OutputLease;
import dev.hacolo.common.api.PeerAddress;
import dev.hacolo.common.identity.IdentityTrustManager;
import dev.hacolo.common.identity.PeerIdentity;
import dev.hacolo.common.identity.PeerIdentity.Role;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and accepts peer links: TCP with mutual TLS between agents.
 *
 * <p>Sockets, heartbeats and failure detection live on an event loop of their own (the "loop"), so
 * that nothing else that the agent does can delay a heartbeat. Everybody else is on the event loop
 * that made the endpoint (the "home"): there its methods are called, and there futures, acceptor
 * and observers are called back.
 */
public final class PeerEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(PeerEndpoint.class);
  private static final Duration OPEN_DEADLINE = Duration.ofSeconds(5);
  private static final Duration LONGEST_LEASE = Duration.ofMinutes(1);

  private final Context home;
  private final Vertx loop;
  private final Context loopContext;
  private final AgentConfig config;
  private final Acceptor acceptor;
  private final IdentityTrustManager agents;
  private final NetClient client;
  private final BootClock clock = new BootClock();

  /** Decides about links that primaries' agents open. */
  public interface Acceptor {
    /**
     * Takes a link.
     *
     * @return null if the session takes the link, else one sentence why not
     */
    @Nullable String refusal(String peerHost, UUID pairId, long generation);

    /** The link of a session that {@link #refusal} has let in. */
    void accepted(UUID pairId, PeerLink link);
  }

  /** Opens nothing yet; reads the CA. To be called on the home. */
  public PeerEndpoint(Vertx vertx, AgentConfig config, Acceptor acceptor) {
    this.home = vertx.getOrCreateContext();
    VertxOptions options =
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1);
    options.getFileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
    this.loop = Vertx.vertx(options);
    this.loopContext = loop.getOrCreateContext();
    this.config = config;
    this.acceptor = acceptor;
    this.agents = agents(config);
    this.client = loop.createNetClient(new NetClientOptions().setTcpNoDelay(true));
  }

  /** Accepts links. */
  public Future<NetServer> listen() {
    NetServerOptions options =
        new NetServerOptions()
            .setSsl(true)
            .setClientAuth(ClientAuth.REQUIRED)
            .setKeyCertOptions(keys())
            .setTrustOptions(trust(host -> true))
            .setTcpNoDelay(true);
    return onLoop(
        () ->
            loop.createNetServer(options)
                .connectHandler(this::accept)
                .listen(config.network().peer().port(), config.network().peer().host()));
  }

  /** Runs things on the loop, from any thread. */
  public Executor executor() {
    return task -> loopContext.runOnContext(v -> task.run());
  }

  /** Closes every link and the loop. */
  public Future<Void> close() {
    return loop.close();
  }

  /** Does something on the loop and brings its result home. */
  private <T> Future<T> onLoop(Supplier<Future<T>> action) {
    Promise<T> result = Promise.promise();
    loopContext.runOnContext(
        v ->
            action
                .get()
                .onComplete(
                    value -> home.runOnContext(w -> result.complete(value)),
                    fault -> home.runOnContext(w -> result.fail(fault))));
    return result.future();
  }

  private void accept(NetSocket socket) {
    long timer = loop.setTimer(OPEN_DEADLINE.toMillis(), t -> socket.close());
    socket.exceptionHandler(e -> socket.close());
    Conversation conversation =
        new Conversation() {
          @Override
          void first(PeerFrame frame) {
            loop.cancelTimer(timer);
            greet(socket, this, frame);
          }
        };
    socket.closeHandler(
        v -> {
          conversation.closed = true;
          loop.cancelTimer(timer);
        });
    PeerFrames.read(
        socket,
        conversation::frame,
        reason -> {
          // The socket's own end is told later than the answer of the home may come.
          conversation.closed = true;
          LOG.warn("peer link: {}", reason);
        });
  }

  private void greet(NetSocket socket, Conversation conversation, PeerFrame frame) {
    if (!(frame instanceof PeerFrame.Hello hello)) {
      refuse(socket, "the first frame of a peer link must be a hello");
    } else if (hello.protocol() != PeerFrame.PROTOCOL) {
      refuse(
          socket,
          "peer protocol %d is not spoken here: allowed is %d"
              .formatted(hello.protocol(), PeerFrame.PROTOCOL));
    } else if (!hello.host().equals(nameOf(socket))) {
      refuse(
          socket,
          "the certificate of '%s' is not the one of '%s'".formatted(nameOf(socket), hello.host()));
    } else if (hello.leaseNanos() <= 0 || hello.leaseNanos() > LONGEST_LEASE.toNanos()) {
      refuse(
          socket,
          "a lease of %d ns is not granted: allowed are up to %d s"
              .formatted(hello.leaseNanos(), LONGEST_LEASE.toSeconds()));
    } else {
      home.runOnContext(v -> decide(socket, conversation, hello));
    }
  }

  private static void refuse(NetSocket socket, String reason) {
    LOG.warn("a peer link is refused: {}", reason);
    socket.write(PeerFrameCodec.encode(new PeerFrame.Refused(reason)));
    socket.close();
  }

  /** On the home: the session says whether it takes the link. */
  private void decide(NetSocket socket, Conversation conversation, PeerFrame.Hello hello) {
    String refusal = acceptor.refusal(hello.host(), hello.pairId(), hello.generation());
    loopContext.runOnContext(
        v -> {
          if (conversation.closed) {
            return;
          }
          if (refusal != null) {
            refuse(socket, refusal);
            return;
          }
          PeerFrame welcome = new PeerFrame.Welcome(PeerFrame.PROTOCOL, config.host().name());
          socket.write(PeerFrameCodec.encode(welcome));
          PeerLink link = newLink(socket, granting(hello.leaseNanos()));
          conversation.link = link;
          home.runOnContext(w -> acceptor.accepted(hello.pairId(), link));
        });
  }

  private PeerLink newLink(NetSocket socket, LeaseEnd end) {
    return new PeerLink(loop, home, socket, config.peer(), clock, end);
  }

  /** The secondary's end; how long leases last is the primary's to say. */
  private LeaseEnd granting(long leaseNanos) {
    return new LeaseEnd.Granting(new LeaseGrant(config.lease().terms().lasting(leaseNanos)));
  }

  private LeaseEnd holding() {
    return new LeaseEnd.Holding(new OutputLease(config.lease().duration().toNanos()));
  }

  private static String nameOf(NetSocket socket) {
    try {
      X509Certificate certificate = (X509Certificate) socket.sslSession().getPeerCertificates()[0];
      return PeerIdentity.of(certificate).map(PeerIdentity::name).orElse("");
    } catch (SSLPeerUnverifiedException e) {
      return "";
    }
  }

  /** Opens the link of a session to the secondary's agent. */
  public Future<PeerLink> open(PeerAddress peer, UUID pairId, long generation) {
    ClientSSLOptions tls =
        new ClientSSLOptions()
            .setHostnameVerificationAlgorithm("")
            .setKeyCertOptions(keys())
            .setTrustOptions(trust(peer.host()::equals));
    ConnectOptions options =
        new ConnectOptions()
            .setHost(peer.address())
            .setPort(peer.peerPort())
            .setSsl(true)
            .setSslOptions(tls)
            .setTimeout((int) OPEN_DEADLINE.toMillis());
    return onLoop(
            () -> client.connect(options).compose(socket -> hello(socket, pairId, generation)))
        .recover(
            e ->
                Future.failedFuture(
                    new StepException(
                        "the peer link to %s (%s:%d) cannot be opened: %s"
                            .formatted(
                                peer.host(), peer.address(), peer.peerPort(), e.getMessage()))));
  }

  private Future<PeerLink> hello(NetSocket socket, UUID pairId, long generation) {
    Promise<PeerLink> opened = Promise.promise();
    long timer =
        loop.setTimer(OPEN_DEADLINE.toMillis(), t -> fail(socket, opened, "no answer to hello"));
    Conversation conversation =
        new Conversation() {
          @Override
          void first(PeerFrame frame) {
            if (frame instanceof PeerFrame.Welcome) {
              link = newLink(socket, holding());
              opened.tryComplete(link);
            } else {
              fail(
                  socket,
                  opened,
                  frame instanceof PeerFrame.Refused r ? r.reason() : "not a welcome");
            }
          }
        };
    socket.closeHandler(v -> fail(socket, opened, "closed before the welcome"));
    PeerFrames.read(socket, conversation::frame, reason -> fail(socket, opened, reason));
    socket.write(
        PeerFrameCodec.encode(
            new PeerFrame.Hello(
                PeerFrame.PROTOCOL,
                config.host().name(),
                pairId,
                generation,
                config.lease().duration().toNanos())));
    return opened.future().onComplete(r -> loop.cancelTimer(timer));
  }

  private static void fail(NetSocket socket, Promise<PeerLink> opened, String reason) {
    if (opened.tryFail(new StepException(reason))) {
      socket.close();
    }
  }

  private PemKeyCertOptions keys() {
    return new PemKeyCertOptions()
        .setCertPath(config.tls().certificate().toString())
        .setKeyPath(config.tls().key().toString());
  }

  private static IdentityTrustManager agents(AgentConfig config) {
    try {
      return IdentityTrustManager.of(config.tls().ca(), id -> id.role() == Role.AGENT);
    } catch (GeneralSecurityException | IOException e) {
      throw new StepException("tls.ca cannot be used: " + e.getMessage());
    }
  }

  private TrustOptions trust(Predicate<String> host) {
    return TrustOptions.wrap(
        agents.allowing(id -> id.role() == Role.AGENT && host.test(id.name())));
  }

  /** First frame to one place, the others to the link. */
  private abstract static class Conversation {
    @Nullable PeerLink link;
    boolean closed;
    private boolean begun;

    abstract void first(PeerFrame frame);

    void frame(PeerFrame frame) {
      if (!begun) {
        begun = true;
        first(frame);
      } else if (link != null) {
        link.received(frame);
      }
    }
  }
}
