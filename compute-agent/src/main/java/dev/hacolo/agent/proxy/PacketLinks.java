package dev.hacolo.agent.proxy;

import dev.hacolo.agent.domain.StepException;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and accepts packet links. Everything happens on the given loop. */
final class PacketLinks {
  private static final Logger LOG = LoggerFactory.getLogger(PacketLinks.class);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final PacketLink.Observer NOBODY =
      new PacketLink.Observer() {
        @Override
        public void message(PacketMessage message) {
          throw new IllegalArgumentException("a message came before the link was taken");
        }

        @Override
        public void lost(String reason) {
          LOG.debug("a packet link ended: {}", reason);
        }
      };

  private PacketLinks() {}

  /** An opened link and the secret that its messages' digests are keyed with. */
  @SuppressWarnings("ArrayRecordComponent") // Handed on once.
  record Opened(PacketLink link, byte[] key) {}

  /** A: opens a link; the future fails with one sentence. */
  static Future<Opened> open(
      IoEventLoop loop, SslContext tls, String address, int port, UUID pairId, long generation) {
    byte[] key = new byte[32];
    RANDOM.nextBytes(key);
    PacketMessage.Hello hello =
        new PacketMessage.Hello(PacketMessage.PROTOCOL, pairId, generation, key);
    Promise<Opened> opened = loop.newPromise();
    Consumer<String> failed =
        reason ->
            opened.tryFailure(
                new StepException(
                    "the packet link to %s:%d cannot be opened: %s"
                        .formatted(address, port, reason)));
    ChannelFuture connected =
        new Bootstrap()
            .group(loop)
            .channel(EpollSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) DEADLINE.toMillis())
            .handler(
                pipeline(
                    tls,
                    channel -> {
                      PacketLink link = new PacketLink(channel, NOBODY);
                      link.observe(new Caller(link, key, opened, failed));
                      return link;
                    }))
            .connect(address, port);
    connected.addListener(
        done -> {
          if (done.isSuccess()) {
            connected.channel().pipeline().get(PacketLink.class).send(hello);
          } else {
            failed.accept(String.valueOf(done.cause().getMessage()));
          }
        });
    ScheduledFuture<?> deadline =
        loop.schedule(
            () -> failed.accept("no answer to hello"), DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    return opened.addListener(
        done -> {
          deadline.cancel(false);
          if (!done.isSuccess()) {
            var unused = connected.channel().close();
          }
        });
  }

  /** A, until B has answered. */
  @SuppressWarnings("ArrayRecordComponent") // Handed on once.
  private record Caller(
      PacketLink link, byte[] key, Promise<Opened> opened, Consumer<String> failed)
      implements PacketLink.Observer {
    @Override
    public void message(PacketMessage message) {
      if (message instanceof PacketMessage.Welcome) {
        opened.trySuccess(new Opened(link, key));
      } else {
        failed.accept(
            message instanceof PacketMessage.Refused r ? r.reason() : "the answer is no welcome");
      }
    }

    @Override
    public void lost(String reason) {
      failed.accept(reason);
    }
  }

  /**
   * B: listens for the link of one generation of a pair. A later link replaces an earlier one.
   *
   * @param accepted gets each link, and the key of its digests, before any message is read
   */
  static Future<Channel> listen(
      IoEventLoop loop,
      SslContext tls,
      String address,
      int port,
      UUID pairId,
      long generation,
      BiConsumer<PacketLink, byte[]> accepted) {
    Promise<Channel> listening = loop.newPromise();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                pipeline(
                    tls,
                    channel -> {
                      PacketLink link = new PacketLink(channel, NOBODY);
                      link.observe(new Answerer(link, pairId, generation, accepted));
                      var unused =
                          loop.schedule(
                              () -> closeIfSilent(link),
                              DEADLINE.toMillis(),
                              TimeUnit.MILLISECONDS);
                      return link;
                    }));
    bootstrap
        .bind(address, port)
        .addListener(
            (ChannelFuture done) -> {
              if (done.isSuccess()) {
                listening.setSuccess(done.channel());
              } else {
                listening.setFailure(
                    new StepException(
                        "the packet link cannot listen on %s:%d: %s"
                            .formatted(address, port, done.cause().getMessage())));
              }
            });
    return listening;
  }

  private static void closeIfSilent(PacketLink link) {
    if (link.observer() instanceof Answerer) {
      link.close();
    }
  }

  /** B, until A has said who it is; the certificate has said which host's agent it is. */
  private record Answerer(
      PacketLink link, UUID pairId, long generation, BiConsumer<PacketLink, byte[]> accepted)
      implements PacketLink.Observer {
    @Override
    public void message(PacketMessage message) {
      String refusal = refusal(message);
      if (refusal != null) {
        LOG.warn("a packet link is refused: {}", refusal);
        link.send(new PacketMessage.Refused(refusal));
        link.close();
      } else if (message instanceof PacketMessage.Hello hello) {
        link.observe(NOBODY);
        accepted.accept(link, hello.key());
        link.send(new PacketMessage.Welcome(PacketMessage.PROTOCOL));
      }
    }

    private @Nullable String refusal(PacketMessage message) {
      if (!(message instanceof PacketMessage.Hello hello)) {
        return "the first message of a packet link must be a hello";
      }
      if (hello.protocol() != PacketMessage.PROTOCOL) {
        return "packet protocol %d is not spoken here: allowed is %d"
            .formatted(hello.protocol(), PacketMessage.PROTOCOL);
      }
      return hello.pairId().equals(pairId) && hello.generation() == generation
          ? null
          : "pair %s generation %d is not the one that is expected here"
              .formatted(hello.pairId(), hello.generation());
    }

    @Override
    public void lost(String reason) {
      LOG.debug("a packet link ended before its hello: {}", reason);
    }
  }

  private static ChannelInitializer<SocketChannel> pipeline(
      SslContext tls, Function<SocketChannel, PacketLink> conversation) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        channel.pipeline().addLast(PacketLinkTls.handler(tls, channel));
        channel.pipeline().addLast(conversation.apply(channel));
      }
    };
  }
}
