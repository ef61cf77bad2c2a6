package dev.hacolo.service.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.service.domain.SecondaryVcpus.Mode;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code actions/set-secondary-vcpus}.
 *
 * @param secondaryVcpus a whole number, {@code auto}, or {@code flavor}
 */
record VcpuRequest(@Nullable JsonNode secondaryVcpus) {
  static final VcpuRequest NONE = new VcpuRequest(null);

  private static final int MOST = 1024;

  Mode mode() {
    if (secondaryVcpus != null && secondaryVcpus.isTextual()) {
      switch (secondaryVcpus.asText()) {
        case "auto" -> {
          return Mode.AUTO;
        }
        case "flavor" -> {
          return Mode.FLAVOR;
        }
        default -> throw wrong();
      }
    }
    return Mode.OPERATOR;
  }

  /** The number where there is one, else 0. */
  int count() {
    if (mode() != Mode.OPERATOR) {
      return 0;
    }
    if (secondaryVcpus == null
        || !secondaryVcpus.isInt()
        || secondaryVcpus.asInt() < 1
        || secondaryVcpus.asInt() > MOST) {
      throw wrong();
    }
    return secondaryVcpus.asInt();
  }

  private ApiFailure wrong() {
    return new ApiFailure(
        400,
        "ha-colo.secondary-vcpus.wrong",
        "secondary_vcpus is %s: allowed is a whole number from 1 to the flavor's, \"auto\" or"
                .formatted(secondaryVcpus)
            + " \"flavor\"");
  }
}
