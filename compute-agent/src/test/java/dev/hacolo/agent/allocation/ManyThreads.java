package dev.hacolo.agent.allocation;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process with some threads that compute all the time, as a VM's vCPUs may, and its own. */
final class ManyThreads {
  private final Process process;
  private final List<Long> threads = new ArrayList<>();

  /** Returns when all threads run. */
  ManyThreads(int count) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx16m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                Integer.toString(count))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader said = process.inputReader(StandardCharsets.US_ASCII);
    for (int i = 0; i < count; i++) {
      threads.add(Long.parseLong(String.valueOf(said.readLine())));
    }
  }

  /** Those that compute. */
  List<Long> threads() {
    return List.copyOf(threads);
  }

  /** The process's main thread, which the tests leave alone. */
  long main() {
    return process.pid();
  }

  /** Kills it and returns when it is gone. */
  void end() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("a killed process does not end");
    }
  }

  /** What the process runs; it ends with its parent, whose pipe it reads. */
  static final class Program {
    private Program() {}

    /** Argument: number of threads. */
    public static void main(String[] arguments) throws IOException {
      for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
        Thread thread = new Thread(Program::compute, "computing");
        thread.setDaemon(true);
        thread.start();
      }
      while (System.in.read() >= 0) {
        // Nothing is said.
      }
    }

    private static void compute() {
      try {
        Path self = Path.of("/proc/thread-self").toRealPath();
        System.out.println(self.getFileName());
        long sum = 0;
        for (long i = 0; i >= 0; i++) {
          sum += i ^ sum;
        }
        System.out.println(sum);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
