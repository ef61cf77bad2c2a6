package dev.hacolo.bed.process;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts the long-running processes of a run and writes them down. Thread-safe.
 *
 * <p>Unless the run is to be kept they die with this JVM, even if it is killed: the kernel sends
 * them SIGKILL when the thread that started them ends, which is why one thread, as old as the
 * launcher, starts them all. They have sessions of their own, so that Ctrl-C reaches this JVM only.
 */
public final class Launcher implements AutoCloseable {
  private final RunDirectory run;
  private final boolean keep;
  private final ExecutorService starter =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "bed-launcher");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Prepares a launcher.
   *
   * @param run where processes are written down
   * @param keep whether they outlive this JVM
   */
  public Launcher(RunDirectory run, boolean keep) {
    this.run = run;
    this.keep = keep;
  }

  /** What to start. */
  public static final class Spec {
    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final boolean piped;

    private Spec(
        String name, List<String> command, Map<String, String> environment, boolean piped) {
      this.name = name;
      this.command = List.copyOf(command);
      this.environment = Map.copyOf(environment);
      this.piped = piped;
    }

    /** A process that writes into the run's log of its name. */
    public static Spec of(String name, List<String> command) {
      return new Spec(name, command, Map.of(), false);
    }

    /** Runs it in a network namespace. */
    public Spec in(String namespace) {
      List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
      inside.addAll(command);
      return new Spec(name, inside, environment, piped);
    }

    /** Adds variables to its environment. */
    public Spec with(Map<String, String> variables) {
      return new Spec(name, command, variables, piped);
    }

    /** Keeps its standard input and output as pipes to this JVM; only errors go to the log. */
    public Spec piped() {
      return new Spec(name, command, environment, true);
    }
  }

  /** Starts a process. */
  public RunningProcess start(Spec spec) {
    try {
      return starter.submit(() -> startHere(spec)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while starting " + spec.name, e);
    } catch (ExecutionException e) {
      throw new BedException("%s cannot be started: %s".formatted(spec.name, e.getMessage()), e);
    }
  }

  /** Ends the thread, and with it, unless they are kept, every process. */
  @Override
  public void close() {
    starter.shutdown();
  }

  private RunningProcess startHere(Spec spec) throws IOException {
    List<String> command = new ArrayList<>();
    if (!keep) {
      command.addAll(List.of("setpriv", "--pdeathsig", "KILL", "--"));
    }
    command.add("setsid");
    command.addAll(spec.command);
    File log = run.log(spec.name).toFile();
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(spec.environment);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log));
    if (!spec.piped) {
      builder.redirectInput(new File("/dev/null"));
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    }
    Process process = builder.start();
    ProcessIdentity.of(process.pid()).ifPresent(id -> run.recordProcess(spec.name, id));
    return new RunningProcess(spec.name, process, log.toPath());
  }
}
