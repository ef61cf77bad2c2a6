package dev.hacolo.agent.allocation;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stands in for the kernel module's device until that is there. */
final class FakeGateDevice implements GateDevice {
  private final Map<Long, Integer> tokens = new HashMap<>();

  @Override
  public @Nullable String missing() {
    return null;
  }

  @Override
  public void limit(long process, List<Long> threads, int number) throws IOException {
    if (number < 1 || number > threads.size()) {
      throw new IOException("%d tokens for %d threads".formatted(number, threads.size()));
    }
    tokens.put(process, number);
  }

  @Override
  public void open(long process) {
    tokens.remove(process);
  }

  @Override
  public int tokens(long process) {
    return tokens.getOrDefault(process, 0);
  }
}
