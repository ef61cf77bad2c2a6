package dev.hacolo.bed.openstack;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Keystone v3: password tokens scoped to a project, with the catalog. Thread-safe. */
public final class StandInKeystone {
  /** The one user. */
  public static final String USER = "ha-colo";

  /** The user's project. */
  public static final String PROJECT = "service";

  /** Domain of both. */
  public static final String DOMAIN = "Default";

  /** Region of all endpoints. */
  public static final String REGION = "RegionOne";

  static final String PATH = "/identity/v3";
  static final String PROJECT_ID = "5f7ab0ac0ffd4e2d8d1d2b6a0f5d7c11";

  private static final String USER_ID = "0ca8f6e3b9d44a5f9c7d1b0e6a2f4d33";

  /** Keystone always writes six digits of a second. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Supplier<String> baseUrl;
  private final Map<String, Instant> tokens = new HashMap<>();
  private String password = "secret";
  private Duration lifetime = Duration.ofHours(1);
  private int issued;

  StandInKeystone(Supplier<String> baseUrl) {
    this.baseUrl = baseUrl;
  }

  /** Changes the user's password. */
  public synchronized void password(String newPassword) {
    password = newPassword;
  }

  /** The user's password. */
  public synchronized String password() {
    return password;
  }

  /** Lifetime of the tokens to come. */
  public synchronized void tokenLifetime(Duration newLifetime) {
    lifetime = newLifetime;
  }

  /** Makes all tokens invalid. */
  public synchronized void revokeTokens() {
    tokens.clear();
  }

  /** Number of tokens issued so far. */
  public synchronized int tokensIssued() {
    return issued;
  }

  /** All valid tokens, for tests that look for them where they must not be. */
  public synchronized List<String> tokens() {
    return List.copyOf(tokens.keySet());
  }

  void mount(Router router) {
    router.get(PATH).handler(this::version);
    router.post(PATH + "/auth/tokens").handler(this::issue);
    router.get(PATH + "/auth/tokens").handler(this::validate);
  }

  /** Lets only requests with a valid token pass, as keystonemiddleware does. */
  void guard(RoutingContext context) {
    if (valid(context.request().getHeader("X-Auth-Token"))) {
      context.next();
      return;
    }
    context
        .response()
        .putHeader("WWW-Authenticate", "Keystone uri=\"" + baseUrl.get() + "/identity\"");
    Wire.keystoneError(context, 401, "The request you have made requires authentication.");
  }

  private synchronized boolean valid(String token) {
    Instant expiry = token == null ? null : tokens.get(token);
    return expiry != null && Instant.now().isBefore(expiry);
  }

  private void version(RoutingContext context) {
    JsonObject link = new JsonObject().put("rel", "self").put("href", baseUrl.get() + PATH + "/");
    JsonObject version =
        new JsonObject()
            .put("id", "v3.14")
            .put("status", "stable")
            .put("links", new JsonArray().add(link));
    Wire.json(context, 200, new JsonObject().put("version", version));
  }

  private void issue(RoutingContext context) {
    JsonObject auth = context.body().asJsonObject().getJsonObject("auth", new JsonObject());
    if (!accepts(auth)) {
      Wire.keystoneError(context, 401, "The request you have made requires authentication.");
      return;
    }
    byte[] random = new byte[132];
    RANDOM.nextBytes(random);
    String token = "gAAAAAB" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    JsonObject body = keep(token);
    context.response().putHeader("X-Subject-Token", token).putHeader("Vary", "X-Auth-Token");
    Wire.json(context, 201, body);
  }

  private synchronized boolean accepts(JsonObject auth) {
    JsonObject identity = auth.getJsonObject("identity", new JsonObject());
    JsonObject user =
        identity
            .getJsonObject("password", new JsonObject())
            .getJsonObject("user", new JsonObject());
    JsonObject project =
        auth.getJsonObject("scope", new JsonObject()).getJsonObject("project", new JsonObject());
    return identity.getJsonArray("methods", new JsonArray()).contains("password")
        && USER.equals(user.getString("name"))
        && password.equals(user.getString("password"))
        && inDomain(user)
        && PROJECT.equals(project.getString("name"))
        && inDomain(project);
  }

  private static boolean inDomain(JsonObject owned) {
    return DOMAIN.equals(owned.getJsonObject("domain", new JsonObject()).getString("name"));
  }

  private synchronized JsonObject keep(String token) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    tokens.values().removeIf(expiry -> expiry.isBefore(now));
    tokens.put(token, now.plus(lifetime));
    issued++;
    return tokenBody(now, now.plus(lifetime));
  }

  private void validate(RoutingContext context) {
    if (!valid(context.request().getHeader("X-Auth-Token"))) {
      Wire.keystoneError(context, 401, "The request you have made requires authentication.");
      return;
    }
    String subject = context.request().getHeader("X-Subject-Token");
    if (!valid(subject)) {
      Wire.keystoneError(context, 404, "Failed to validate token");
      return;
    }
    Instant expiry = expiry(subject);
    context.response().putHeader("X-Subject-Token", subject);
    Wire.json(context, 200, tokenBody(expiry.minus(lifetime()), expiry));
  }

  private synchronized Instant expiry(String token) {
    return tokens.getOrDefault(token, Instant.EPOCH);
  }

  private synchronized Duration lifetime() {
    return lifetime;
  }

  private JsonObject tokenBody(Instant issuedAt, Instant expiresAt) {
    JsonObject domain = new JsonObject().put("id", "default").put("name", DOMAIN);
    JsonObject token =
        new JsonObject()
            .put("methods", new JsonArray().add("password"))
            .put(
                "user", new JsonObject().put("domain", domain).put("id", USER_ID).put("name", USER))
            .put("audit_ids", new JsonArray().add("S2lVQxJ1Q1uDYtLMF2gT5g"))
            .put("expires_at", TIME.format(expiresAt))
            .put("issued_at", TIME.format(issuedAt))
            .put(
                "project",
                new JsonObject().put("domain", domain).put("id", PROJECT_ID).put("name", PROJECT))
            .put("is_domain", false)
            .put("roles", new JsonArray().add(new JsonObject().put("id", "1").put("name", "admin")))
            .put("catalog", catalog());
    return new JsonObject().put("token", token);
  }

  private JsonArray catalog() {
    return new JsonArray()
        .add(service("identity", "keystone", "/identity"))
        .add(service("compute", "nova", StandInNova.PATH))
        .add(service("placement", "placement", StandInPlacement.PATH))
        .add(service("network", "neutron", StandInNeutron.PATH));
  }

  private JsonObject service(String type, String name, String path) {
    JsonArray endpoints = new JsonArray();
    for (String facing : List.of("public", "internal", "admin")) {
      endpoints.add(
          new JsonObject()
              .put("id", type + "-" + facing)
              .put("interface", facing)
              .put("region", REGION)
              .put("region_id", REGION)
              .put("url", baseUrl.get() + path));
    }
    return new JsonObject()
        .put("id", "service-" + type)
        .put("type", type)
        .put("name", name)
        .put("endpoints", endpoints);
  }
}
