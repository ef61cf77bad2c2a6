package dev.hacolo.agent.config;

import dev.hacolo.common.config.ConfigReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code service.url}: where the replicas of nova-ha-service are. */
final class ServiceUrls {
  private static final int MOST = 8;
  private static final String NAME = "service.url";

  private ServiceUrls() {}

  static List<URI> read(ConfigReader in) {
    String value = in.required(NAME);
    List<URI> urls = new ArrayList<>();
    for (String part : value.split(",", -1)) {
      URI url = https(part.strip());
      if (url == null || urls.contains(url) || urls.size() == MOST) {
        if (!value.isEmpty()) {
          in.wrong(
              NAME,
              value,
              "1 to %d different https URLs like https://192.0.2.1:9700, joined by commas"
                  .formatted(MOST));
        }
        return List.of();
      }
      urls.add(url);
    }
    return urls;
  }

  private static @Nullable URI https(String text) {
    try {
      URI url = URI.create(text);
      return "https".equals(url.getScheme()) && url.getHost() != null ? url : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
