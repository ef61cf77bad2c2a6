package dev.hacolo.agent.guard;

import dev.hacolo.agent.testing.FakeGuard;
import java.util.Set;

/** The contract, with the guard that tests use. */
final class FakeGuardTest extends OutputGuardContract {
  private long now = 1_000_000_000;
  private final FakeGuard guard = new FakeGuard(Set.of(TAP, OTHER, FREE), () -> now);

  @Override
  OutputGuard started() {
    return guard;
  }

  @Override
  long now() {
    return now;
  }

  @Override
  void pass(long nanos) {
    now += nanos + 1;
  }

  @Override
  boolean leaves(String tap) {
    return guard.leaves(tap);
  }
}
