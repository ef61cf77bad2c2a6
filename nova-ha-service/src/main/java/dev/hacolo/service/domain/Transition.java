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
}
