package dev.hacolo.service.notification;

import dev.hacolo.service.domain.Instance;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairState;
import dev.hacolo.service.domain.ServerComparison;
import dev.hacolo.service.domain.Transition;
import dev.hacolo.service.metrics.ServiceMetrics;
import dev.hacolo.service.orchestration.Journal;
import dev.hacolo.service.orchestration.Reconciler;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.Inbox;
import dev.hacolo.service.store.PairStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Acts on message bodies. When {@link #handle} returns, the effect is committed and the message may
 * be acknowledged; when it throws {@link DatabaseUnavailableException}, the same message has to be
 * handed in again later. Duplicates and any order do no harm. Blocks; thread-safe.
 */
public final class NotificationIntake {
  private static final int ATTEMPTS = 5;

  private final Inbox inbox;
  private final PairStore pairs;
  private final Reconciler reconciler;
  private final Journal journal;
  private final ServiceMetrics metrics;
  private final RateLimitedLog rejected;
  private final InstantSource clock;

  /** Wires the intake. */
  public NotificationIntake(
      Inbox inbox,
      PairStore pairs,
      Reconciler reconciler,
      Journal journal,
      ServiceMetrics metrics,
      RateLimitedLog rejected,
      InstantSource clock) {
    this.inbox = inbox;
    this.pairs = pairs;
    this.reconciler = reconciler;
    this.journal = journal;
    this.metrics = metrics;
    this.rejected = rejected;
    this.clock = clock;
  }

  /** What became of a message. */
  public enum Outcome {
    /** A pair was made or changed. */
    CHANGED,
    /** It called for no change. */
    UNCHANGED,
    /** It had been acted on before. */
    DUPLICATE,
    /** Nova is asked about what it hints at. */
    HINT,
    /** Nothing to do with this service. */
    IGNORED,
    /** Not a notification of Nova's. */
    MALFORMED,
    /** It could not be acted on; the comparison with Nova has to make up for it. */
    FAILED
  }

  /** Acts on a body. */
  public Outcome handle(byte[] body) throws DatabaseUnavailableException {
    Outcome outcome;
    try {
      outcome = act(NotificationDecoder.decode(body));
    } catch (RuntimeException e) {
      // A message that cannot be acted on must not come back for ever.
      rejected.error("a notification could not be acted on", e);
      outcome = Outcome.FAILED;
    }
    metrics.notification(outcome.name().toLowerCase(Locale.ROOT));
    return outcome;
  }

  private Outcome act(Decoded decoded) throws DatabaseUnavailableException {
    if (decoded instanceof Decoded.Malformed malformed) {
      rejected.warn("malformed notification acknowledged and dropped: " + malformed.reason());
      return Outcome.MALFORMED;
    }
    Decoded.Message message = (Decoded.Message) decoded;
    Notification notification = message.notification();
    if (notification instanceof Notification.ServerCreated created) {
      return created(message.messageId(), created.instance());
    }
    if (notification instanceof Notification.ServerDeleted deleted) {
      return deleted(message.messageId(), deleted.instanceUuid());
    }
    if (notification instanceof Notification.ServerTouched touched) {
      return touched(touched);
    }
    if (notification instanceof Notification.ComputeServiceTouched) {
      reconciler.hintCompute();
      return Outcome.HINT;
    }
    return Outcome.IGNORED;
  }

  private Outcome created(String messageId, Instance instance) throws DatabaseUnavailableException {
    if (!instance.wantsProtection()) {
      return Outcome.IGNORED;
    }
    Map<String, Object> detail = detail(messageId, "instance.create.end");
    return accept(
        messageId,
        instance.uuid(),
        latest ->
            ServerComparison.described(
                UUID.randomUUID(),
                latest,
                instance,
                "instance.create.end",
                detail,
                false,
                clock.instant()));
  }

  private Outcome deleted(String messageId, UUID uuid) throws DatabaseUnavailableException {
    if (live(uuid).isEmpty()) {
      return Outcome.UNCHANGED;
    }
    Map<String, Object> detail = detail(messageId, "instance.delete.end");
    return accept(
        messageId,
        uuid,
        latest ->
            latest.flatMap(
                pair ->
                    ServerComparison.gone(pair, "instance.delete.end", detail, clock.instant())));
  }

  private Outcome touched(Notification.ServerTouched touched) throws DatabaseUnavailableException {
    if (!touched.wantsProtection() && live(touched.instanceUuid()).isEmpty()) {
      return Outcome.IGNORED;
    }
    reconciler.hint(touched.instanceUuid());
    return Outcome.HINT;
  }

  private Optional<Pair> live(UUID uuid) throws DatabaseUnavailableException {
    return pairs.latestOf(uuid).filter(pair -> pair.state() != PairState.RELEASED);
  }

  private Outcome accept(
      String messageId, UUID uuid, Function<Optional<Pair>, Optional<Transition>> decide)
      throws DatabaseUnavailableException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<Transition> decided = new ArrayList<>();
      Inbox.Outcome outcome =
          inbox.accept(
              messageId,
              uuid,
              latest -> {
                Optional<Transition> transition = decide.apply(latest);
                transition.ifPresent(decided::add);
                return transition;
              },
              clock.instant());
      switch (outcome) {
        case CHANGED -> {
          decided.forEach(journal::committed);
          return Outcome.CHANGED;
        }
        case UNCHANGED -> {
          return Outcome.UNCHANGED;
        }
        case DUPLICATE -> {
          return Outcome.DUPLICATE;
        }
        case CONFLICT -> {
          // Another message about the same server won the race: look at its outcome.
        }
      }
    }
    rejected.warn("a notification met " + ATTEMPTS + " conflicts and is left to the comparison");
    reconciler.hint(uuid);
    return Outcome.FAILED;
  }

  private static Map<String, Object> detail(String messageId, String eventType) {
    return Map.of("message_id", messageId, "event_type", eventType);
  }
}
