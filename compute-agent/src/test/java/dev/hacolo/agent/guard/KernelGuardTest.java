package dev.hacolo.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.process.Commands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, with this machine's kernel; needs root. */
@Tag("two-node")
final class KernelGuardTest extends OutputGuardContract {
  private static final UUID VM = new UUID(3, 3);

  private final TapBed bed = new TapBed(TAP, OTHER, FREE);
  private final BootClock clock = new BootClock();
  private final Path state;

  KernelGuardTest(@TempDir Path state) {
    this.state = state;
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Override
  OutputGuard started() {
    return new Inside(new KernelGuard(state));
  }

  @Override
  long now() {
    return clock.getAsLong();
  }

  @Override
  void pass(long nanos) {
    long end = now() + nanos;
    while (now() <= end) {
      Thread.onSpinWait();
    }
  }

  @Override
  boolean leaves(String tap) {
    return bed.leaves(tap, FREE);
  }

  /** Taps are found by the thread that is in their namespace. */
  private final class Inside implements OutputGuard {
    private final OutputGuard guard;

    Inside(OutputGuard guard) {
      this.guard = guard;
    }

    @Override
    public Optional<String> unusable() {
      return bed.in(guard::unusable);
    }

    @Override
    public Armed arm(UUID instance, List<String> taps, long until) {
      return bed.in(() -> guard.arm(instance, taps, until));
    }

    @Override
    public void lift(UUID instance) {
      bed.in(
          () -> {
            guard.lift(instance);
            return null;
          });
    }

    @Override
    public Set<UUID> armed() {
      return guard.armed();
    }
  }

  @Test
  void nothingOfItStays() {
    String before = bed.filters(TAP);
    OutputGuard guard = started();
    guard.arm(VM, List.of(TAP), now());
    assertThat(bed.filters(TAP)).contains("clsact").contains("bpf").contains("ha-colo");
    guard.lift(VM);
    assertThat(bed.filters(TAP)).isEqualTo(before);
  }

  @Test
  void filtersOfOthersStayAndStillSeeWhatPasses() {
    bed.in(
        () -> {
          Commands.check(
              List.of("tc", "qdisc", "add", "dev", TAP, "clsact"), Duration.ofSeconds(5));
          Commands.check(
              List.of(
                  "tc",
                  "filter",
                  "add",
                  "dev",
                  TAP,
                  "ingress",
                  "pref",
                  "9",
                  "bpf",
                  "da",
                  "bytecode",
                  "1,6 0 0 2,"),
              Duration.ofSeconds(5));
          return null;
        });
    String before = bed.filters(TAP);
    OutputGuard guard = started();
    guard.arm(VM, List.of(TAP), Long.MAX_VALUE);
    assertThat(leaves(TAP)).isFalse();
    guard.lift(VM);
    assertThat(bed.filters(TAP)).isEqualTo(before);
  }

  @Test
  void whatAFrameCosts() {
    try (DeadlineProgram program = DeadlineProgram.load(Long.MAX_VALUE)) {
      long nanos = program.measure(new byte[1514], 1_000_000);
      System.out.printf("the guard takes %d ns for a frame%n", nanos);
      assertThat(nanos).isLessThan(2_000);
    }
  }
}
