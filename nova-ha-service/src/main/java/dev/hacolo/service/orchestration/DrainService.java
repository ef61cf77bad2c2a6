package dev.hacolo.service.orchestration;

import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.FleetStore;
import dev.hacolo.service.store.HostStore;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drains hosts; what that means for each pair, its own decision says. Blocks; thread-safe. */
public final class DrainService {
  private static final Logger log = LoggerFactory.getLogger(DrainService.class);

  private final FleetStore fleet;
  private final HostStore hosts;
  private final Runnable wakeAll;
  private final InstantSource clock;

  DrainService(FleetStore fleet, HostStore hosts, Runnable wakeAll, InstantSource clock) {
    this.fleet = fleet;
    this.hosts = hosts;
    this.wakeAll = wakeAll;
    this.clock = clock;
  }

  /** Pairs leave a host from now on, and none comes; false if no agent of this name reported. */
  public boolean drain(String host, String operator) throws DatabaseUnavailableException {
    if (hosts.find(host).isEmpty()) {
      return false;
    }
    if (fleet.drain(host, operator, clock.instant())) {
      log.info("host {} is drained by operator {}", host, operator);
    }
    wakeAll.run();
    return true;
  }

  /** Pairs may come to a host again; false if no agent of this name reported. */
  public boolean undrain(String host, String operator) throws DatabaseUnavailableException {
    if (hosts.find(host).isEmpty()) {
      return false;
    }
    if (fleet.undrain(host)) {
      log.info("host {} is not drained any more: operator {}", host, operator);
    }
    wakeAll.run();
    return true;
  }
}
