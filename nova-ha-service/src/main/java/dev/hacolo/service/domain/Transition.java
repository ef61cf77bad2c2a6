package dev.hacolo.service.domain;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One change of a pair: one database transaction, one row of its history.
 *
 * @param before the pair that the change was decided on; absent for a new one
 * @param after the pair afterwards
 * @param event what happened
 * @param reason one sentence for the history
 * @param detail facts for machines: text, numbers, lists, maps, records of this package
 * @param tasks cloud work that follows
 */
public record Transition(
    Optional<Pair> before,
    Pair after,
    PairEvent event,
    String reason,
    Map<String, Object> detail,
    List<CloudTask> tasks) {
  /** Copies the collections. */
  public Transition {
    detail = Map.copyOf(detail);
    tasks = List.copyOf(tasks);
  }

  /** Whether it may only be committed while the hosts have room for it. */
  public boolean asksMoreOfHosts() {
    return event == PairEvent.HOST_CHOSEN || leftByDrain().isPresent();
  }

  /** Whether the hosts have room for it. */
  public boolean fits(Fleet fleet) {
    if (event != PairEvent.HOST_CHOSEN) {
      return leftByDrain().filter(host -> !fleet.mayLeave(host)).isEmpty();
    }
    Members members = after.members();
    return members.secondary().filter(fleet::isDrained).isEmpty()
        && members.primary().flatMap(fleet::busy).isEmpty()
        && members.secondary().flatMap(fleet::busy).isEmpty();
  }

  /** The drained host that the pair begins to leave with it. */
  private Optional<String> leftByDrain() {
    boolean begins = event == PairEvent.MOVE_ORDERED || event == PairEvent.SWITCH_OVER_ORDERED;
    return after
        .standingOrder()
        .filter(order -> begins && order.drain())
        .flatMap(StandingOrder::from);
  }
}
