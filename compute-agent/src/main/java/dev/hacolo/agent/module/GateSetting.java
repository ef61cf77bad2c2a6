package dev.hacolo.agent.module;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * What the gate shall do, in the module's ranges.
 *
 * @param tokens vCPUs that may be in the guest at a time, 1 to 1024; 0 opens the gate at once
 * @param slice how long a token may be kept while another vCPU waits, 500 µs to 1 s
 * @param bound how long a token may be kept beyond that while its vCPU is in the guest's kernel, 0
 *     to 1 s
 */
public record GateSetting(int tokens, Duration slice, Duration bound) {
  /**
   * A switch takes some ten microseconds, a small part of it; and of four vCPUs behind one token
   * each is in the guest again after 15 ms. Not tuned.
   */
  public static final Duration SLICE = Duration.ofMillis(5);

  /** Longer than most critical sections of a kernel. Not tuned. */
  public static final Duration BOUND = Duration.ofMillis(2);

  private static final long NANOS = 1000;

  /** Lets all vCPUs run. */
  public static final GateSetting OPEN = new GateSetting(0, SLICE, BOUND);

  /** Checks the ranges. */
  public GateSetting {
    check(tokens, 0, ModuleAbi.MAX_VCPUS, "tokens");
    check(slice.toNanos() / NANOS, ModuleAbi.MIN_SLICE_US, ModuleAbi.MAX_SLICE_US, "slice in us");
    check(bound.toNanos() / NANOS, 0, ModuleAbi.MAX_SLICE_US, "bound in us");
  }

  /** So many tokens, with the usual times. */
  public static GateSetting of(int tokens) {
    return new GateSetting(tokens, SLICE, BOUND);
  }

  private static void check(long value, long least, long most, String name) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: %d, allowed are %d to %d".formatted(name, value, least, most));
    }
  }

  ByteBuffer struct() {
    return ModuleAbi.struct(ModuleAbi.GATE_SIZE)
        .putInt(ModuleAbi.GATE_TOKENS, tokens)
        .putInt(ModuleAbi.GATE_SLICE_US, (int) (slice.toNanos() / NANOS))
        .putInt(ModuleAbi.GATE_BOUND_US, (int) (bound.toNanos() / NANOS));
  }
}
