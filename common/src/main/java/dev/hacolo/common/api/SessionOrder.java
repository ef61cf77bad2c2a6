package dev.hacolo.common.api;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Order of the service to an agent about one pair. Idempotent: the same order may come any number
 * of times. An order of a lower generation than the agent knows is refused.
 *
 * @param pairId the pair
 * @param instanceUuid the Nova instance
 * @param generation the pair's incarnation that the order belongs to, at least 1
 * @param target what the agent's part of the pair shall be
 * @param peer the other agent; required for {@code SECONDARY} and {@code PRIMARY}
 * @param guest hardware of the VM to start; required for {@code SECONDARY}
 * @param endpoints the prepared secondary; required for {@code PRIMARY}
 * @param policy limits and choices; defaults apply where it is absent
 */
public record SessionOrder(
    UUID pairId,
    UUID instanceUuid,
    long generation,
    SessionTarget target,
    @Nullable PeerAddress peer,
    @Nullable GuestDescription guest,
    @Nullable SecondaryEndpoints endpoints,
    @Nullable SessionPolicy policy) {

  /** Checks that what the target needs is there. */
  public SessionOrder {
    Checks.present(pairId, "pair_id");
    Checks.present(instanceUuid, "instance_uuid");
    Checks.range(generation, 1, Long.MAX_VALUE, "generation");
    Checks.present(target, "target");
    if (target == SessionTarget.SECONDARY) {
      Checks.present(guest, "guest");
      Checks.present(peer, "peer");
    }
    if (target == SessionTarget.PRIMARY) {
      Checks.present(endpoints, "endpoints");
      Checks.present(peer, "peer");
    }
  }

  /** The same with another policy. */
  public SessionOrder withPolicy(SessionPolicy other) {
    return new SessionOrder(
        pairId, instanceUuid, generation, target, peer, guest, endpoints, other);
  }

  /** The order's policy, or the defaults. */
  public SessionPolicy policyOrDefault() {
    return policy == null ? SessionPolicy.DEFAULT : policy;
  }
}
