package dev.hacolo.agent.guard;

import dev.hacolo.agent.domain.StepException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** For a host whose kernel is not to be asked. */
public record NoGuard(String reason) implements OutputGuard {
  @Override
  public Optional<String> unusable() {
    return Optional.of(reason);
  }

  @Override
  public Armed arm(UUID instance, List<String> taps, long until) {
    throw new StepException(reason);
  }

  @Override
  public void lift(UUID instance) {
    // Nothing is ever there.
  }

  @Override
  public Set<UUID> armed() {
    return Set.of();
  }
}
