package dev.hacolo.agent.proxy;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.identity.IdentityTrustManager;
import dev.hacolo.common.identity.PeerIdentity.Role;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;

/** Mutual TLS of packet links: the other end is the agent of one named host. Thread-safe. */
public final class PacketLinkTls {
  private static final String PROTOCOL = "TLSv1.3";

  /** A record costs a quarter of the time that it takes the JDK's engine. */
  private static final SslProvider PROVIDER = SslProvider.OPENSSL;

  private final AgentConfig.Tls files;
  private final IdentityTrustManager agents;

  /** Reads the CA; the agent's own certificate is read anew for each link. */
  public PacketLinkTls(AgentConfig.Tls files) {
    this.files = files;
    try {
      agents = IdentityTrustManager.of(files.ca(), id -> id.role() == Role.AGENT);
    } catch (GeneralSecurityException | IOException e) {
      throw new StepException("tls.ca cannot be used: " + e.getMessage());
    }
  }

  private IdentityTrustManager only(String host) {
    return agents.allowing(id -> id.role() == Role.AGENT && id.name().equals(host));
  }

  SslContext server(String peerHost) {
    try {
      return SslContextBuilder.forServer(files.certificate().toFile(), files.key().toFile())
          .trustManager(only(peerHost))
          .clientAuth(ClientAuth.REQUIRE)
          .sslProvider(PROVIDER)
          .protocols(PROTOCOL)
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw unusable(e);
    }
  }

  SslContext client(String peerHost) {
    try {
      return SslContextBuilder.forClient()
          .keyManager(files.certificate().toFile(), files.key().toFile())
          .trustManager(only(peerHost))
          // Who the peer is, its certificate's name says, not its address.
          .endpointIdentificationAlgorithm(null)
          .sslProvider(PROVIDER)
          .protocols(PROTOCOL)
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw unusable(e);
    }
  }

  private static StepException unusable(Exception fault) {
    return new StepException("tls.certificate or tls.key cannot be used: " + fault.getMessage());
  }

  /** A handler for a new connection; who the peer is, its certificate says. */
  static SslHandler handler(SslContext context, Channel channel) {
    return context.newHandler(channel.alloc());
  }
}
