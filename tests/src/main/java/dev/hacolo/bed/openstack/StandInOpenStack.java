package dev.hacolo.bed.openstack;

import dev.hacolo.common.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An OpenStack control plane that is only a surface: Keystone at {@code /identity/v3}, Nova at
 * {@code /compute/v2.1}, Placement at {@code /placement}, Neutron at {@code /networking}. Runs on
 * one event loop of its own; every method may be called from any thread except that one.
 */
public final class StandInOpenStack implements AutoCloseable {
  private static final int KEPT_REQUESTS = 10_000;
  private static final long LIFECYCLE_SECONDS = 10;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Deque<String> requests = new ArrayDeque<>();
  private final StandInFaults faults = new StandInFaults();
  private final StandInNova nova = new StandInNova();
  private final StandInPlacement placement = new StandInPlacement();
  private final StandInNeutron neutron = new StandInNeutron();
  private final StandInKeystone keystone = new StandInKeystone(this::baseUrl);
  private volatile String baseUrl = "";

  private StandInOpenStack(StandInOptions options) {
    try {
      HttpServer server = vertx.createHttpServer(serverOptions(options));
      Router router = Router.router(vertx);
      mount(router);
      await(server.requestHandler(router).listen(options.port(), options.address()));
      String scheme = options.tls().isPresent() ? "https" : "http";
      baseUrl = scheme + "://" + new HostPort(options.address(), server.actualPort());
    } catch (RuntimeException e) {
      await(vertx.close());
      throw e;
    }
  }

  /** Starts it; it serves when this returns. */
  public static StandInOpenStack start(StandInOptions options) {
    return new StandInOpenStack(options);
  }

  /** Keystone's URL, for a client's configuration. */
  public String authUrl() {
    return baseUrl + StandInKeystone.PATH;
  }

  /** Tokens and the password. */
  public StandInKeystone keystone() {
    return keystone;
  }

  /** Servers and hosts. */
  public StandInNova nova() {
    return nova;
  }

  /** Reservations. */
  public StandInPlacement placement() {
    return placement;
  }

  /** Ports, bindings and activations. */
  public StandInNeutron neutron() {
    return neutron;
  }

  /** Faults for requests to come. */
  public StandInFaults faults() {
    return faults;
  }

  /** Adds a compute host to Nova, Placement and Neutron, up and enabled. */
  public void addHost(StandInHost host) {
    UUID node = UUID.randomUUID();
    nova.add(host, node);
    placement.add(host, node);
    neutron.agent(host.name(), true);
  }

  /** The last 10000 requests, oldest first, as {@code METHOD /path?query}. */
  public List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** Number of kept requests with this method whose path and query contain a text. */
  public long requests(String method, String part) {
    return requests().stream()
        .filter(request -> request.startsWith(method + " ") && request.contains(part))
        .count();
  }

  /** Stops listening and ends all threads. */
  @Override
  public void close() {
    await(vertx.close());
  }

  private String baseUrl() {
    return baseUrl;
  }

  private static HttpServerOptions serverOptions(StandInOptions options) {
    HttpServerOptions server = new HttpServerOptions();
    options
        .tls()
        .ifPresent(
            pem ->
                server
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertPath(pem.certificate().toString())
                            .addKeyPath(pem.key().toString())));
    return server;
  }

  private void mount(Router router) {
    router.route().handler(BodyHandler.create(false));
    router.route().handler(this::note);
    router.route().handler(faults::handle);
    keystone.mount(router);
    router.route().handler(keystone::guard);
    nova.mount(router);
    placement.mount(router);
    neutron.mount(router);
    router.route().handler(Wire::noRoute);
  }

  private void note(RoutingContext context) {
    synchronized (requests) {
      requests.add(context.request().method() + " " + context.request().uri());
      if (requests.size() > KEPT_REQUESTS) {
        requests.remove();
      }
    }
    context.next();
  }

  private static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(LIFECYCLE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the OpenStack stand-in failed", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("the OpenStack stand-in took too long", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "interrupted while the OpenStack stand-in started or ended", e);
    }
  }
}
