package dev.hacolo.bed.kvm;

import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.RunDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Lets a pair on KVM fail over and says what was seen. Needs root, KVM that runs guests, the kernel
 * module loaded, and the system properties that {@code tests/kmod/pair} sets.
 */
public final class PairProgram {
  private static final int TAIL_CHARS = 6000;

  private PairProgram() {}

  /** Exits with 0 if all is as it should be, else with 1. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Findings findings = new Findings(out, System.nanoTime());
    try (TwoNodeBed bed = TwoNodeBed.create()) {
      perform(bed, findings);
      if (!findings.isGood()) {
        quoteLogs(bed.run(), findings);
      }
    } catch (BedException e) {
      findings.check("the bed is made and removed", false, e);
    }
    System.exit(findings.isGood() ? 0 : 1);
  }

  private static void perform(TwoNodeBed bed, Findings findings) {
    findings.reached("the bed is there, its accelerator is " + bed.emulator().accelerator());
    try {
      bed.network()
          .control()
          .call(
              () -> {
                PairPlay.perform(bed, findings);
                return true;
              });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      findings.check("the pair was not interrupted", false, e);
    } catch (Exception e) {
      findings.check("the pair does what it is told", false, e);
    }
  }

  /** The logs go with the bed, and the machine goes with the program. */
  private static void quoteLogs(RunDirectory run, Findings findings) {
    try (Stream<Path> files = Files.list(run.directory("logs"))) {
      List<Path> logs = files.sorted().toList();
      for (Path log : logs) {
        String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        findings.quote("---- " + log.getFileName());
        findings.quote(text.substring(Math.max(0, text.length() - TAIL_CHARS)));
      }
    } catch (IOException | UncheckedIOException e) {
      findings.quote("the logs cannot be read: " + e.getMessage());
    }
  }
}
