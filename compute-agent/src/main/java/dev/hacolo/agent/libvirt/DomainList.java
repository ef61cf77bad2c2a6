package dev.hacolo.agent.libvirt;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The domains of this host that can be protected. Blocking; thread-safe. */
final class DomainList {
  private static final Logger LOG = LoggerFactory.getLogger(DomainList.class);

  private final Libvirt libvirt;
  private final Function<UUID, DomainFiles> files;

  /**
   * What was made of each domain's XML: the size of a disk is asked of QEMU only when it is new.
   */
  private final Map<UUID, Known> known = new HashMap<>();

  private record Known(String xml, Optional<GuestDescription> guest, String problem) {}

  DomainList(Libvirt libvirt, Function<UUID, DomainFiles> files) {
    this.libvirt = libvirt;
    this.files = files;
  }

  /** Those that run, secondaries excepted; one that cannot be protected is logged once. */
  synchronized List<HostReport.Guest> guests() {
    List<Libvirt.Domain> active = libvirt.active();
    known.keySet().retainAll(active.stream().map(Libvirt.Domain::uuid).collect(Collectors.toSet()));
    List<HostReport.Guest> guests = new ArrayList<>();
    for (Libvirt.Domain domain : active) {
      if (!files.apply(domain.uuid()).isSecondary()) {
        look(domain.uuid())
            .flatMap(Known::guest)
            .ifPresent(guest -> guests.add(new HostReport.Guest(guest, domain.running())));
      }
    }
    return List.copyOf(guests);
  }

  /** Describes a running domain that is no secondary; one that cannot be protected says why. */
  synchronized GuestDescription describe(UUID instance) {
    if (libvirt.active(instance).isEmpty() || files.apply(instance).isSecondary()) {
      throw new StepException("no libvirt domain that runs here is the instance " + instance);
    }
    Known found =
        look(instance)
            .orElseThrow(() -> new StepException("the domain %s has ended".formatted(instance)));
    return found.guest().orElseThrow(() -> new StepException(found.problem()));
  }

  /** Nothing if it has ended meanwhile. */
  private Optional<Known> look(UUID instance) {
    try {
      String xml = libvirt.xml(instance);
      Known before = known.get(instance);
      if (before != null && before.xml().equals(xml)) {
        return Optional.of(before);
      }
      Known fresh = read(instance, xml);
      known.put(instance, fresh);
      if (!fresh.problem().isEmpty()
          && (before == null || !before.problem().equals(fresh.problem()))) {
        LOG.warn("a domain cannot be protected: {}", fresh.problem());
      }
      return Optional.of(fresh);
    } catch (LibvirtException e) {
      if (e.isNoDomain()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Known read(UUID instance, String xml) {
    try {
      GuestDescription guest =
          DomainReader.describe(xml, target -> libvirt.capacity(instance, target));
      return new Known(xml, Optional.of(guest), "");
    } catch (StepException e) {
      return new Known(xml, Optional.empty(), String.valueOf(e.getMessage()));
    }
  }
}
