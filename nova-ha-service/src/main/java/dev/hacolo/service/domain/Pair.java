package dev.hacolo.service.domain;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A pair as the database has it.
 *
 * @param id the pair
 * @param version optimistic lock, changes with every write
 * @param generation incarnation of the pair; 0 until the first secondary is chosen
 * @param state where it is in its life
 * @param stateSince since when
 * @param instance the Nova server
 * @param members its hosts
 * @param secondaryVcpus how many vCPUs the secondary may run
 * @param reservation Placement consumer of the present secondary
 * @param survivorReservation Placement consumer that still charges the survivor of a failover
 * @param attempts failed attempts since the pair was last PROTECTED
 * @param retryAt nothing new is tried before
 * @param reason one sentence: why the pair is where it is
 * @param choice the last host choice
 * @param releaseCause present when the pair shall end
 * @param standingOrder what an operator has ordered and is not carried out yet
 * @param protectedAt when it became PROTECTED for the first time
 * @param createdAt when it was requested
 */
public record Pair(
    UUID id,
    long version,
    long generation,
    PairState state,
    Instant stateSince,
    Instance instance,
    Members members,
    SecondaryVcpus secondaryVcpus,
    Optional<UUID> reservation,
    Optional<UUID> survivorReservation,
    int attempts,
    Optional<Instant> retryAt,
    String reason,
    Optional<HostChoice> choice,
    Optional<ReleaseCause> releaseCause,
    Optional<StandingOrder> standingOrder,
    Optional<Instant> protectedAt,
    Instant createdAt) {

  /** Starts a changed copy. */
  PairDraft draft() {
    return new PairDraft(this);
  }

  /** Whether a host is the primary's. */
  public boolean isPrimary(String host) {
    return members.primary().filter(host::equals).isPresent();
  }

  /** Whether a host is the secondary's. */
  public boolean isSecondary(String host) {
    return members.secondary().filter(host::equals).isPresent();
  }

  /** Whether the primary's agent has been asked to hand over, and may be doing so. */
  boolean handsOver() {
    return state == PairState.PROTECTED
        && standingOrder
            .filter(order -> order.handsOver() && order.generation() == generation)
            .isPresent();
  }

  /** Whether the copy that serves is not where Nova created it. */
  public boolean servesElsewhere() {
    return members.primary().isPresent()
        && instance.novaHost().isPresent()
        && !members.primary().equals(instance.novaHost());
  }
}
