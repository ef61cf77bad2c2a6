package dev.hacolo.service.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code actions/move-secondary}; it may be left out.
 *
 * @param host where the secondary shall go, null: to the best one
 */
record MoveRequest(@Nullable String host) {
  static final MoveRequest ANYWHERE = new MoveRequest(null);
  private static final int LONGEST = 255;

  /** The host that is named. */
  Optional<String> to() {
    if (host != null && (host.isBlank() || host.length() > LONGEST)) {
      throw new ApiFailure(
          400,
          "ha-colo.host.wrong",
          "host is wrong: allowed is the name of a host, 1 to %d characters".formatted(LONGEST));
    }
    return Optional.ofNullable(host);
  }
}
