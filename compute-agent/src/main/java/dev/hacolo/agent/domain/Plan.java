package dev.hacolo.agent.domain;

/** A sequence of steps on QEMU that a session carries out as a whole; each can be repeated. */
public enum Plan {
  /** Start the secondary VM and open its exports. */
  PREPARE_SECONDARY,
  /** Attach COLO to the running guest and bring it to the first checkpoint. */
  ATTACH_PRIMARY,
  /** Make the secondary the serving VM. */
  PROMOTE,
  /** Close the primary's outputs and bring the secondary to the primary's last state. */
  HAND_OVER,
  /** Take COLO off the serving VM. */
  DETACH,
  /** End the secondary VM and remove its disks. */
  DESTROY_SECONDARY,
  /** End this host's VM because the other copy won; disks that the session did not make stay. */
  STOP_VM
}
