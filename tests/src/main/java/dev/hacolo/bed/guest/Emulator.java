package dev.hacolo.bed.guest;

import dev.hacolo.agent.host.KvmProbe;
import dev.hacolo.bed.process.Command;
import dev.hacolo.bed.process.ProjectFiles;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.StateDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The stock QEMU of this machine, behind a wrapper that adds the work-around for COLO under TCG.
 *
 * @param binary the wrapper
 * @param accelerator {@code kvm} where it really runs guests, else {@code tcg}
 * @param machine the newest versioned PC machine type
 */
public record Emulator(Path binary, String accelerator, String machine) {
  private static final Duration BUILD = Duration.ofMinutes(1);

  /** Builds the wrapper and finds out what this machine can do. */
  public static Emulator find(StateDirectory state, RunDirectory run) {
    String script = ProjectFiles.find("tests/tcg/build-emulator").toString();
    String wrapper = Command.run(BUILD, List.of(script, state.cache().toString())).strip();
    boolean kvm = KvmProbe.runs(wrapper, run.directory("tmp"), "kvm");
    return new Emulator(Path.of(wrapper), kvm ? "kvm" : "tcg", defaultMachine(wrapper));
  }

  /** What follows {@code -accel}. */
  public String accelArgument() {
    return accelerator.equals("tcg") ? "tcg,thread=multi" : accelerator;
  }

  /** CPU model: the same on both nodes, since they are one machine. */
  public String cpu() {
    return accelerator.equals("tcg") ? "qemu64" : "host";
  }

  /** Kernel parameters that the accelerator asks for. */
  public String kernelParameters() {
    // Under TCG the secondary's TSC gets ahead a little with each checkpoint.
    return accelerator.equals("tcg")
        ? "random.trust_cpu=on clocksource=hpet tsc=unstable nohz=off"
        : "random.trust_cpu=on";
  }

  private static String defaultMachine(String wrapper) {
    return Command.run(wrapper, "-machine", "help")
        .lines()
        .filter(line -> line.endsWith("(default)"))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst()
        .orElse("pc");
  }
}
