package dev.hacolo.service.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The hosts of a pair.
 *
 * @param primary host of the copy that serves
 * @param secondary host of the other copy
 * @param primaryIncarnation the primary's agent when the pair became PROTECTED
 * @param secondaryIncarnation the secondary's agent when the pair became PROTECTED
 * @param deposed hosts that lost a generation and may hold a copy that must never run again
 */
public record Members(
    Optional<String> primary,
    Optional<String> secondary,
    Optional<UUID> primaryIncarnation,
    Optional<UUID> secondaryIncarnation,
    List<String> deposed) {
  /** Copies the list. */
  public Members {
    deposed = List.copyOf(deposed);
  }

  /** A server on a host, or on none yet. */
  public static Members primaryOnly(Optional<String> primary) {
    return new Members(primary, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
  }

  Members withPrimary(Optional<String> host) {
    return new Members(host, secondary, primaryIncarnation, secondaryIncarnation, deposed);
  }

  Members withSecondary(String host) {
    return new Members(
        primary, Optional.of(host), Optional.empty(), Optional.empty(), without(deposed, host));
  }

  Members withoutSecondary() {
    return new Members(primary, Optional.empty(), Optional.empty(), Optional.empty(), deposed);
  }

  Members armed(UUID ofPrimary, UUID ofSecondary) {
    return new Members(
        primary, secondary, Optional.of(ofPrimary), Optional.of(ofSecondary), deposed);
  }

  /** The secondary becomes the only copy, the primary is deposed. */
  Members promoted() {
    List<String> losers = new ArrayList<>(deposed);
    primary.filter(host -> !losers.contains(host)).ifPresent(losers::add);
    secondary.ifPresent(losers::remove);
    return new Members(secondary, Optional.empty(), Optional.empty(), Optional.empty(), losers);
  }

  Members forgetting(String host) {
    return new Members(
        primary, secondary, primaryIncarnation, secondaryIncarnation, without(deposed, host));
  }

  private static List<String> without(List<String> hosts, String host) {
    return hosts.stream().filter(other -> !other.equals(host)).toList();
  }
}
