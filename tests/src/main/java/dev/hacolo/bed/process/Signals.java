package dev.hacolo.bed.process;

/** Signals for processes that Java can only end. */
public final class Signals {
  private Signals() {}

  /** Stops all its threads until {@link #goOn}; nothing happens if it has ended. */
  public static void pause(ProcessHandle process) {
    send(process, "-STOP");
  }

  /** Lets a paused process go on; nothing happens if it has ended. */
  public static void goOn(ProcessHandle process) {
    send(process, "-CONT");
  }

  private static void send(ProcessHandle process, String signal) {
    try {
      Command.run("kill", signal, Long.toString(process.pid()));
    } catch (BedException e) {
      if (process.isAlive()) {
        throw e;
      }
    }
  }
}
