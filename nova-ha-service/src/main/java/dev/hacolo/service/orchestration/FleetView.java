package dev.hacolo.service.orchestration;

import dev.hacolo.service.domain.Fleet;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.FleetStore;
import org.jspecify.annotations.Nullable;

/**
 * What all pairs together ask of hosts, as of the last tick. Decisions may rest on it, for what
 * they lead to is committed only if it still holds. Blocks where it reads; thread-safe.
 */
final class FleetView {
  private final FleetStore store;
  private volatile @Nullable Fleet last;

  FleetView(FleetStore store) {
    this.store = store;
  }

  /** Reads it anew. */
  Fleet refresh() throws DatabaseUnavailableException {
    Fleet read = store.read();
    last = read;
    return read;
  }

  /** As it was read last. */
  Fleet get() throws DatabaseUnavailableException {
    Fleet known = last;
    return known == null ? refresh() : known;
  }
}
