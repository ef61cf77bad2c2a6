package dev.hacolo.service.domain;

import static dev.hacolo.service.domain.PairState.DEGRADED;
import static dev.hacolo.service.domain.PairState.FAILING_OVER;
import static dev.hacolo.service.domain.PairState.PAIRING;
import static dev.hacolo.service.domain.PairState.PROTECTED;
import static dev.hacolo.service.domain.PairState.RELEASED;
import static dev.hacolo.service.domain.PairState.REQUESTED;
import static dev.hacolo.service.domain.PairState.SOLO;
import static dev.hacolo.service.domain.PairState.SUSPENDED;
import static dev.hacolo.service.domain.PairState.SYNCING;

import java.util.Optional;

/**
 * Which event leads from which state to which.
 *
 * <pre>
 * REQUESTED --HOST_CHOSEN--> PAIRING --RESOURCES_READY--> SYNCING --PROTECTED--> PROTECTED
 *     ^  ABANDONED             |  |          ABANDONED      |  |                  |     |
 *     +------------------------+--|-------------------------+  |   PRIMARY_LOST,  |     | SECONDARY_LOST
 *                                 | ABANDONED_TO_SOLO          | FAILOVER_ORDERED v     v
 *   SOLO <------------------------+----------------------------+       FAILING_OVER   DEGRADED
 *    |  ^-------------------------------- SERVING_ALONE ----------------------+----------+
 *    +--HOST_CHOSEN--> PAIRING                    any but RELEASED --RELEASED--> RELEASED
 *
 *   PROTECTED --SECONDARY_DROPPED--> DEGRADED       PAIRING, SYNCING, REQUESTED, SOLO --SUSPENDED--> SUSPENDED
 *   SUSPENDED --RESUMED--> REQUESTED                SUSPENDED --RESUMED_TO_SOLO--> SOLO
 * </pre>
 */
public final class PairStateMachine {
  private PairStateMachine() {}

  /** The state after an event, or empty where the event has no place in that state. */
  public static Optional<PairState> next(PairState from, PairEvent event) {
    return Optional.ofNullable(
        switch (event) {
          case HOST_CHOSEN -> from == REQUESTED || from == SOLO ? PAIRING : null;
          case RESOURCES_READY -> from == PAIRING ? SYNCING : null;
          case ABANDONED -> from == PAIRING || from == SYNCING ? REQUESTED : null;
          case ABANDONED_TO_SOLO -> from == PAIRING || from == SYNCING ? SOLO : null;
          case PROTECTED -> from == SYNCING ? PROTECTED : null;
          case PRIMARY_LOST, FAILOVER_ORDERED -> from == PROTECTED ? FAILING_OVER : null;
          case SECONDARY_LOST, SECONDARY_DROPPED -> from == PROTECTED ? DEGRADED : null;
          case SERVING_ALONE -> from == FAILING_OVER || from == DEGRADED ? SOLO : null;
          case RELEASED -> from == RELEASED ? null : RELEASED;
          case RELEASE_REQUESTED,
              SECONDARY_VCPUS,
              SWITCHED_OVER,
              SWITCH_OVER_FAILED,
              TEST_FAILOVER_PASSED,
              TEST_FAILOVER_FAILED ->
              from == RELEASED ? null : from;
          case SUSPEND_ORDERED -> from == RELEASED || from == SUSPENDED ? null : from;
          case SUSPENDED ->
              from == REQUESTED || from == PAIRING || from == SYNCING || from == SOLO
                  ? SUSPENDED
                  : null;
          case RESUMED -> from == RELEASED ? null : from == SUSPENDED ? REQUESTED : from;
          case RESUMED_TO_SOLO -> from == SUSPENDED ? SOLO : null;
          case MOVE_ORDERED ->
              from == PAIRING || from == SYNCING || from == PROTECTED ? from : null;
          case SWITCH_OVER_ORDERED, TEST_FAILOVER_ORDERED -> from == PROTECTED ? from : null;
          case CHECKPOINTS -> from == PROTECTED ? PROTECTED : null;
          case FENCED, FENCING_FAILED, NOTED -> from;
          case REQUESTED -> null;
        });
  }
}
