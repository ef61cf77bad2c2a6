package dev.hacolo.bed.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of JVMs that leave no file behind outside the run's directory. */
public final class JavaProgram {
  private static final String BED_LOGGING =
      "-Dlogback.configurationFile=dev/hacolo/bed/logback-bed.xml";

  private JavaProgram() {}

  /** A program of the bed itself, with this JVM's class path. */
  public static List<String> ofBed(
      RunDirectory run, String maxHeap, Class<?> program, List<String> arguments) {
    List<String> command =
        command(run, System.getProperty("java.class.path"), maxHeap, program.getName(), arguments);
    command.add(1, BED_LOGGING);
    return command;
  }

  /**
   * A JVM with this JVM's Java and the given class path.
   *
   * @param run its directory for temporary files
   * @param classPath class path
   * @param maxHeap largest heap, as for {@code -Xmx}
   * @param mainClass class to run
   * @param arguments its arguments
   */
  public static List<String> command(
      RunDirectory run,
      String classPath,
      String maxHeap,
      String mainClass,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + maxHeap);
    command.add("-XX:+UseSerialGC");
    // Without it a killed JVM leaves its performance data in /tmp.
    command.add("-XX:-UsePerfData");
    command.add("-Djava.io.tmpdir=" + run.directory("tmp"));
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }
}
