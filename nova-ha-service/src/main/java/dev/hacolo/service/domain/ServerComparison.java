package dev.hacolo.service.domain;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Compares what Nova says of a server with the pair table. */
public final class ServerComparison {
  private ServerComparison() {}

  /**
   * The change that Nova's description of a server calls for.
   *
   * @param newId id of the pair, should a new one be called for
   * @param latest the instance's latest pair, released or not
   * @param instance as Nova describes it now
   * @param source where the description comes from, for the history
   * @param fresh whether the description is Nova's present answer (and not a message that may be
   *     late): only then may a released pair be followed by a new one
   */
  public static Optional<Transition> described(
      UUID newId,
      Optional<Pair> latest,
      Instance instance,
      String source,
      Map<String, Object> detail,
      boolean fresh,
      Instant now) {
    Optional<Pair> live = latest.filter(pair -> pair.state() != PairState.RELEASED);
    if (live.isEmpty()) {
      boolean again =
          latest.isEmpty()
              || (fresh
                  && latest.get().releaseCause().filter(ServerComparison::mayReturn).isPresent());
      return instance.wantsProtection() && again
          ? Optional.of(
              Transitions.requested(newId, instance, "requested by " + source, detail, now))
          : Optional.empty();
    }
    Pair pair = live.get();
    if (!instance.wantsProtection()) {
      return fresh
          ? Transitions.releaseRequested(
              pair, ReleaseCause.FLAVOR, "the server's flavor no longer asks for it", detail, now)
          : Optional.empty();
    }
    Instance merged = merged(pair.instance(), instance);
    return !fresh || merged.equals(pair.instance())
        ? Optional.empty()
        : Optional.of(Transitions.instanceChanged(pair, merged, detail, now));
  }

  /** Nova has no such server. */
  public static Optional<Transition> gone(
      Pair pair, String source, Map<String, Object> detail, Instant now) {
    return Transitions.releaseRequested(
        pair, ReleaseCause.SERVER_GONE, "the server is gone (%s)".formatted(source), detail, now);
  }

  private static boolean mayReturn(ReleaseCause cause) {
    return cause == ReleaseCause.FLAVOR;
  }

  /** The user that Placement charges stays the one that created the server. */
  private static Instance merged(Instance known, Instance now) {
    return new Instance(
        now.uuid(),
        now.name(),
        now.projectId(),
        known.userId(),
        now.vcpus(),
        now.memoryMb(),
        now.diskGb(),
        now.extraSpecs(),
        now.vmState(),
        now.novaHost().or(known::novaHost));
  }
}
