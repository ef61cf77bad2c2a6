package dev.hacolo.service.openstack;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How to reach and enter an OpenStack cloud.
 *
 * @param authUrl Keystone's v3 URL, for example {@code https://keystone.example:5000/v3}
 * @param user name of a user who may see all projects' servers and change allocations and bindings
 * @param password asked at each new token, so that a changed one is picked up; never kept
 * @param project name of the project that the token is scoped to
 * @param userDomain name of the user's domain
 * @param projectDomain name of the project's domain
 * @param region region of the catalog, empty = the first one that has the service
 * @param ca PEM file of the CAs that are trusted instead of the JDK's
 * @param timeout longest time that one call of the port may take, retries included, 100 ms to 10
 *     min; listing all servers starts it anew with each page
 */
public record OpenStackAccess(
    String authUrl,
    String user,
    Supplier<char[]> password,
    String project,
    String userDomain,
    String projectDomain,
    String region,
    Optional<Path> ca,
    Duration timeout) {

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** Checks every field; a wrong one fails with one sentence. */
  public OpenStackAccess {
    authUrl = httpUrl(authUrl);
    present(user, "user");
    present(project, "project");
    present(userDomain, "user domain");
    present(projectDomain, "project domain");
    if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "timeout is %d ms: allowed is %d to %d ms"
              .formatted(timeout.toMillis(), SHORTEST.toMillis(), LONGEST.toMillis()));
    }
  }

  /** Names the cloud and the user, never the password. */
  @Override
  public String toString() {
    return "%s at %s, project %s".formatted(user, authUrl, project);
  }

  private static void present(String value, String field) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(field + " of the OpenStack access is empty");
    }
  }

  private static String httpUrl(String url) {
    try {
      URI uri = new URI(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
      }
    } catch (URISyntaxException e) {
      // Refused below; the text is not repeated, it may carry a password.
    }
    throw new IllegalArgumentException(
        "the Keystone URL is wrong: allowed is http(s)://host[:port]/path without user or password");
  }
}
