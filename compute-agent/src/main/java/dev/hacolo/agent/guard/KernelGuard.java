package dev.hacolo.agent.guard;

import com.sun.jna.LastErrorException;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.guard.GuardRecords.Tap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A BPF program at each tap's ingress. Its deadline is an absolute time in memory that the agent
 * shares with the kernel.
 */
public final class KernelGuard implements OutputGuard {
  private final GuardRecords records;
  private final Map<UUID, DeadlineProgram> programs = new HashMap<>();

  /**
   * Touches nothing yet.
   *
   * @param state the agent's directory of state
   */
  public KernelGuard(Path state) {
    records = new GuardRecords(state);
  }

  @Override
  public Optional<String> unusable() {
    try {
      DeadlineProgram.load(0).close();
      new TrafficControl().close();
      return Optional.empty();
    } catch (StepException | LinkageError | LastErrorException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public synchronized Armed arm(UUID instance, List<String> taps, long until) {
    lift(instance);
    DeadlineProgram program = DeadlineProgram.load(until);
    programs.put(instance, program);
    try (TrafficControl control = new TrafficControl()) {
      List<Tap> prepared = new ArrayList<>();
      for (String tap : taps) {
        prepared.add(new Tap(tap, control.prepare(tap)));
      }
      records.write(instance, prepared);
      for (String tap : taps) {
        control.attach(tap, program.descriptor());
      }
      return program;
    } catch (StepException e) {
      lift(instance);
      throw e;
    }
  }

  /** The deadline goes first: where the program cannot be taken out, it lets everything pass. */
  @Override
  public synchronized void lift(UUID instance) {
    DeadlineProgram program = programs.remove(instance);
    if (program != null) {
      program.until(Long.MAX_VALUE);
      program.close();
    }
    List<Tap> taps = records.read(instance);
    if (!taps.isEmpty()) {
      try (TrafficControl control = new TrafficControl()) {
        taps.forEach(tap -> control.detach(tap.name(), tap.made()));
      }
    }
    records.remove(instance);
  }

  @Override
  public Set<UUID> armed() {
    return records.all();
  }
}
