package dev.hacolo.service.store;

import dev.hacolo.service.domain.Fleet;
import dev.hacolo.service.domain.Transition;
import org.hibernate.StatelessSession;

/**
 * Keeps what pairs ask of hosts together within its limits. Transactions that ask for more wait for
 * each other, so that no two of them, of whatever replica, count without the other.
 */
final class Admission {
  private static final long LOCK = 0x6861_636f_6c6fL;

  private Admission() {}

  /** Whether a transition may be written; if not, the hosts are not what they were taken for. */
  static boolean admits(StatelessSession session, Transition transition, int syncsPerHost) {
    if (!transition.asksMoreOfHosts()) {
      return true;
    }
    session
        .createNativeQuery("select cast(pg_advisory_xact_lock(:lock) as text)", String.class)
        .setParameter("lock", LOCK)
        .getSingleResult();
    Fleet fleet = FleetStore.read(session, syncsPerHost);
    return transition.fits(fleet);
  }
}
