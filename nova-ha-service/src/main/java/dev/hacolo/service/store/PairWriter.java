package dev.hacolo.service.store;

import dev.hacolo.service.domain.CloudTask;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * Writes transitions inside a transaction: the pair, its history and the cloud work that follows.
 */
final class PairWriter {
  private PairWriter() {}

  /** The pair with its row locked until the end of the transaction. */
  static Optional<Pair> lock(StatelessSession session, UUID id) {
    return Optional.ofNullable(lockedRow(session, id)).map(PairMapping::toPair);
  }

  private static @Nullable PairEntity lockedRow(StatelessSession session, UUID id) {
    return session.get(PairEntity.class, id, LockMode.PESSIMISTIC_WRITE);
  }

  /**
   * Compare and set: writes only if the pair is still the one that the transition was decided on.
   *
   * @return whether it was
   */
  static boolean write(StatelessSession session, Transition transition, Instant now) {
    if (transition.before().isEmpty()) {
      PairEntity row = new PairEntity();
      PairMapping.write(transition.after(), row);
      session.insert(row);
    } else {
      Pair before = transition.before().get();
      PairEntity row = lockedRow(session, before.id());
      if (row == null || row.version != before.version() || row.generation != before.generation()) {
        return false;
      }
      PairMapping.write(transition.after(), row);
      session.update(row);
    }
    append(session, transition, now);
    transition.tasks().forEach(task -> add(session, transition.after(), task, now));
    return true;
  }

  private static void append(StatelessSession session, Transition transition, Instant now) {
    Pair after = transition.after();
    HistoryEntity row = new HistoryEntity();
    row.pairId = after.id();
    row.at = now;
    row.generation = after.generation();
    row.toState = after.state();
    row.event = transition.event();
    row.reason = transition.reason();
    row.detail = Json.write(transition.detail());
    transition.before().ifPresent(before -> from(row, before, after, now));
    session.insert(row);
  }

  private static void from(HistoryEntity row, Pair before, Pair after, Instant now) {
    row.fromState = before.state();
    if (before.state() != after.state()) {
      row.tookMs = Duration.between(before.stateSince(), now).toMillis();
    }
  }

  private static void add(StatelessSession session, Pair pair, CloudTask task, Instant now) {
    CloudTaskEntity row = new CloudTaskEntity();
    row.pairId = pair.id();
    row.instanceUuid = pair.instance().uuid();
    row.kind = task.kind();
    row.host = task.host().orElse(null);
    row.consumer = task.consumer().orElse(null);
    row.retryAt = now;
    row.reason = "";
    session.insert(row);
  }
}
