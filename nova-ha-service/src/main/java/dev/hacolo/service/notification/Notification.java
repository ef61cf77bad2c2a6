package dev.hacolo.service.notification;

import dev.hacolo.service.domain.Instance;
import java.util.UUID;

/** What one of Nova's versioned notifications means here. */
public sealed interface Notification {
  /** {@code instance.create.end}: complete, acted on at once. */
  record ServerCreated(Instance instance) implements Notification {}

  /** {@code instance.delete.end}: Nova has destroyed the server. */
  record ServerDeleted(UUID instanceUuid) implements Notification {}

  /**
   * Something about a server changed: resized, moved, switched off or on, ... Such messages come
   * late and out of order, so they only make the service ask Nova.
   *
   * @param wantsProtection whether the flavor in the message asks for protection
   */
  record ServerTouched(UUID instanceUuid, String eventType, boolean wantsProtection)
      implements Notification {}

  /** {@code service.*} of a nova-compute: disabled, forced down, deleted, new. */
  record ComputeServiceTouched(String host) implements Notification {}

  /** Nothing to do with it. */
  record Ignored(String eventType) implements Notification {}
}
