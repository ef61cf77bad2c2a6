package dev.hacolo.service.domain;

/**
 * How many of its vCPUs a pair's secondary may run at a time, and who says so.
 *
 * @param mode who says so
 * @param count the number, 1 to the flavor's
 */
public record SecondaryVcpus(Mode mode, int count) {
  /** Who says how many. */
  public enum Mode {
    /** The flavor, as it was when the secondary's host was chosen. */
    FLAVOR,
    /** The service itself: the smallest number that keeps the flavor's limits. */
    AUTO,
    /** An operator; until one says otherwise. */
    OPERATOR
  }

  /** All of them, as long as nobody has said anything. */
  static SecondaryVcpus all(int vcpus) {
    return new SecondaryVcpus(Mode.FLAVOR, vcpus);
  }

  /** What holds for a new secondary. */
  SecondaryVcpus renewed(FlavorSpec spec, int vcpus) {
    if (mode == Mode.OPERATOR) {
      return new SecondaryVcpus(mode, Math.min(count, vcpus));
    }
    if (spec.automaticVcpus()) {
      int begin = mode == Mode.AUTO ? Math.min(count, vcpus) : spec.secondaryVcpus();
      return new SecondaryVcpus(Mode.AUTO, begin);
    }
    return new SecondaryVcpus(Mode.FLAVOR, spec.secondaryVcpus());
  }
}
