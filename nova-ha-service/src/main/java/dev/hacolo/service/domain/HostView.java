package dev.hacolo.service.domain;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import java.util.Optional;
import java.util.UUID;

/**
 * What is known of a host at one moment.
 *
 * @param report its last report
 * @param alive whether the report is recent
 */
public record HostView(HostReport report, boolean alive) {
  /** The host's session of a pair; one that has ended after ABSENT counts as none. */
  public Optional<SessionReport> session(UUID pairId) {
    return report.sessions().stream()
        .filter(session -> session.pairId().equals(pairId) && !isOver(session))
        .findFirst();
  }

  /** Whether the host has any session of an instance, of whatever pair. */
  boolean hasSessionOf(UUID instanceUuid) {
    return report.sessions().stream()
        .anyMatch(session -> session.instanceUuid().equals(instanceUuid) && !isOver(session));
  }

  /** The guest of an instance that an agent found on its host. */
  Optional<HostReport.Guest> guest(UUID instanceUuid) {
    return report.guests().stream()
        .filter(guest -> guest.description().uuid().equals(instanceUuid))
        .findFirst();
  }

  private static boolean isOver(SessionReport session) {
    return session.target() == SessionTarget.ABSENT && session.phase() == SessionPhase.GONE;
  }
}
