package dev.hacolo.bed.oracle;

import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.common.api.GuestDescription;
import java.util.UUID;

/**
 * The guest that the clients are made for. With two vCPUs and several threads two copies serve
 * their clients in different orders.
 */
public final class OracleGuest {
  static final int VCPUS = 2;

  private static final GuestBlueprint BLUEPRINT = new GuestBlueprint(192 * 1024, VCPUS, 64L << 20);
  private static final int MEMCACHED_THREADS = 2;

  private OracleGuest() {}

  /** Describes a new one for a bed. */
  public static GuestDescription describe(TwoNodeBed bed) {
    return BLUEPRINT.describe(UUID.randomUUID(), bed.emulator(), bed.image(), MEMCACHED_THREADS);
  }
}
