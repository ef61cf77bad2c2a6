package dev.hacolo.agent.direct;

import dev.hacolo.agent.process.Commands;
import dev.hacolo.common.api.GuestDescription.Nic;
import java.time.Duration;
import java.util.List;

/** Connects taps to bridges with iproute2. Blocking: call it on a worker thread. */
final class Taps {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final String ip;

  Taps(String ip) {
    this.ip = ip;
  }

  /** Puts a tap that QEMU made into its bridge, still down: nothing passes. */
  void plug(Nic nic) {
    Commands.check(
        List.of(ip, "link", "set", "dev", nic.tap(), "down", "master", nic.bridge()), DEADLINE);
  }

  /** Lets frames pass. */
  void open(Nic nic) {
    Commands.check(List.of(ip, "link", "set", "dev", nic.tap(), "up"), DEADLINE);
  }
}
