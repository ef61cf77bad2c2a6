package dev.hacolo.service.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@link FlavorSpec} from extra specs; every wrong value is reported at once. */
public final class FlavorSpecParser {
  private static final String PREFIX = "ha_colo:";
  private static final String AUTO = "auto";
  private static final Set<String> KNOWN =
      Set.of(
          FlavorSpec.ENABLED,
          FlavorSpec.SECONDARY_VCPUS,
          FlavorSpec.MAX_WAITING_PERCENT,
          FlavorSpec.RELEASE,
          FlavorSpec.MAX_HOLD_MS,
          FlavorSpec.MAX_CHECKPOINT_INTERVAL_MS,
          FlavorSpec.MAX_PAUSE_PERCENT);

  /** Outcome of the parsing. */
  public sealed interface Result {
    /** All values are allowed. */
    record Valid(FlavorSpec spec) implements Result {}

    /** At least one is not; one sentence for a person. */
    record Invalid(String reason) implements Result {}
  }

  private final Map<String, String> specs;
  private final List<String> problems = new ArrayList<>();

  private FlavorSpecParser(Map<String, String> specs) {
    this.specs = specs;
  }

  /** Parses the extra specs of a flavor with so many vCPUs. */
  public static Result parse(Map<String, String> extraSpecs, int vcpus) {
    return new FlavorSpecParser(extraSpecs).parse(vcpus);
  }

  /** What an instance's flavor asks for; empty if a value of it is not allowed. */
  public static Optional<FlavorSpec> valid(Instance instance) {
    return parse(instance.extraSpecs(), instance.vcpus()) instanceof Result.Valid valid
        ? Optional.of(valid.spec())
        : Optional.empty();
  }

  private Result parse(int vcpus) {
    FlavorSpec spec =
        new FlavorSpec(
            automatic() ? vcpus : secondaryVcpus(vcpus),
            automatic(),
            integer(FlavorSpec.MAX_WAITING_PERCENT, 50, 1, 100),
            release(),
            integer(FlavorSpec.MAX_HOLD_MS, 500, 1, 10_000),
            integer(FlavorSpec.MAX_CHECKPOINT_INTERVAL_MS, 10_000, 100, 600_000),
            integer(FlavorSpec.MAX_PAUSE_PERCENT, 20, 1, 90));
    for (String name : new TreeSet<>(specs.keySet())) {
      if (name.startsWith(PREFIX) && !KNOWN.contains(name)) {
        problems.add("%s is not known: allowed are %s".formatted(name, new TreeSet<>(KNOWN)));
      }
    }
    return problems.isEmpty()
        ? new Result.Valid(spec)
        : new Result.Invalid("the flavor's extra specs are wrong: " + String.join("; ", problems));
  }

  private boolean automatic() {
    String text = specs.get(FlavorSpec.SECONDARY_VCPUS);
    return text != null && text.strip().equalsIgnoreCase(AUTO);
  }

  private int secondaryVcpus(int vcpus) {
    return integer(FlavorSpec.SECONDARY_VCPUS, vcpus, 1, vcpus, ", or " + AUTO);
  }

  private int integer(String name, int fallback, int min, int max) {
    return integer(name, fallback, min, max, "");
  }

  private int integer(String name, int fallback, int min, int max, String more) {
    String text = specs.get(name);
    if (text == null) {
      return fallback;
    }
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number out of range.
    }
    problems.add(
        "%s is '%s': allowed is a whole number from %d to %d%s"
            .formatted(name, shortened(text), min, max, more));
    return fallback;
  }

  private FlavorSpec.Release release() {
    String text = specs.getOrDefault(FlavorSpec.RELEASE, "strict").strip();
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "compare" -> FlavorSpec.Release.COMPARE;
      case "strict" -> FlavorSpec.Release.STRICT;
      case "provenance" -> FlavorSpec.Release.PROVENANCE;
      default -> {
        problems.add(
            "%s is '%s': allowed is compare, strict or provenance"
                .formatted(FlavorSpec.RELEASE, shortened(text)));
        yield FlavorSpec.Release.STRICT;
      }
    };
  }

  private static String shortened(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "...";
  }
}
