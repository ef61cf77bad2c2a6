package dev.hacolo.service.orchestration;

import dev.hacolo.service.cloud.Cloud;
import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.Reservation;
import dev.hacolo.service.domain.Pair;
import java.util.Optional;
import java.util.UUID;

/** What a pair's hosts are charged for it in Placement. Blocks; thread-safe. */
final class Charging {
  private final Cloud cloud;

  Charging(Cloud cloud) {
    this.cloud = cloud;
  }

  /** What one of a pair's consumers is to be charged; empty if the pair knows it no more. */
  static Optional<Reservation> of(Pair pair, UUID consumer) {
    if (pair.reservation().filter(consumer::equals).isPresent()) {
      return pair.members()
          .secondary()
          .map(host -> reservation(pair, consumer, host, pair.secondaryVcpus().count()));
    }
    if (pair.survivorReservation().filter(consumer::equals).isPresent()) {
      return pair.members()
          .primary()
          .map(host -> reservation(pair, consumer, host, pair.instance().vcpus()));
    }
    return Optional.empty();
  }

  static Reservation reservation(Pair pair, UUID consumer, String host, int vcpus) {
    return new Reservation(
        consumer,
        pair.instance().projectId(),
        pair.instance().userId(),
        host,
        vcpus,
        2 * pair.instance().memoryMb(),
        pair.instance().diskGb());
  }

  /**
   * Charges more before a pair takes more; less is charged behind it.
   *
   * @return why more cannot be had, in one sentence; empty if it is there, or not needed
   */
  Optional<String> before(Pair now, Pair then) {
    if (now.reservation().isEmpty()
        || then.secondaryVcpus().count() <= now.secondaryVcpus().count()) {
      return Optional.empty();
    }
    Optional<Reservation> more = of(then, now.reservation().get());
    if (more.isEmpty()) {
      return Optional.empty();
    }
    try {
      cloud.reserve(more.get());
      return Optional.empty();
    } catch (CloudException e) {
      return Optional.of(
          "%s cannot be charged %d vCPUs: %s"
              .formatted(more.get().host(), more.get().vcpus(), e.getMessage()));
    }
  }
}
