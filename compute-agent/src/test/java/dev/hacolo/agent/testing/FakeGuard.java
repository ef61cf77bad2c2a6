package dev.hacolo.agent.testing;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.guard.OutputGuard;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A guard of taps that are names only; one object is the host's, whoever its agent is. */
public final class FakeGuard implements OutputGuard {
  private final @Nullable Set<String> taps;
  private final LongSupplier clock;
  private final Map<UUID, Deadline> armed = new HashMap<>();

  /**
   * Guards nothing yet.
   *
   * @param taps of the host; null for any
   * @param clock stands for CLOCK_BOOTTIME
   */
  public FakeGuard(@Nullable Set<String> taps, LongSupplier clock) {
    this.taps = taps;
    this.clock = clock;
  }

  private static final class Deadline implements Armed {
    private final List<String> taps;
    private volatile long until;
    private volatile long dropped;

    Deadline(List<String> taps, long until) {
      this.taps = List.copyOf(taps);
      this.until = until;
    }

    @Override
    public void until(long nanos) {
      until = nanos;
    }

    @Override
    public long dropped() {
      return dropped;
    }
  }

  @Override
  public Optional<String> unusable() {
    return Optional.empty();
  }

  @Override
  public synchronized Armed arm(UUID instance, List<String> names, long until) {
    armed.remove(instance);
    for (String name : names) {
      if (taps != null && !taps.contains(name)) {
        throw new StepException("there is no network device '%s'".formatted(name));
      }
    }
    Deadline made = new Deadline(names, until);
    armed.put(instance, made);
    return made;
  }

  @Override
  public synchronized void lift(UUID instance) {
    armed.remove(instance);
  }

  @Override
  public synchronized Set<UUID> armed() {
    return Set.copyOf(armed.keySet());
  }

  /** Whether a frame that the VM sends now gets out. */
  public synchronized boolean leaves(String tap) {
    for (Deadline deadline : armed.values()) {
      if (deadline.taps.contains(tap) && clock.getAsLong() >= deadline.until) {
        deadline.dropped++;
        return false;
      }
    }
    return true;
  }
}
