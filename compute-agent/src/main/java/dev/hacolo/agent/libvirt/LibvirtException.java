package dev.hacolo.agent.libvirt;

/** A call to libvirt that failed. */
final class LibvirtException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean noDomain;

  /**
   * Describes the failure in one sentence.
   *
   * @param noDomain whether it is that the domain has no QEMU (any more)
   */
  LibvirtException(String message, boolean noDomain) {
    super(message, null, false, false);
    this.noDomain = noDomain;
  }

  /** Whether it is that the domain has no QEMU (any more). */
  boolean isNoDomain() {
    return noDomain;
  }
}
