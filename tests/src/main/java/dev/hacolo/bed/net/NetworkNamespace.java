package dev.hacolo.bed.net;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import dev.hacolo.bed.process.BedException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A named network namespace.
 *
 * @param name its name below {@code /run/netns}
 */
public record NetworkNamespace(String name) {
  private static final int CLONE_NEWNET = 0x40000000;

  private interface LibC extends Library {
    int open(String path, int flags) throws LastErrorException;

    int setns(int descriptor, int type) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  /** Loaded on first use: most users of this class never enter a namespace themselves. */
  private static final class Loaded {
    static final LibC LIB_C = Native.load("c", LibC.class);
  }

  /**
   * Runs an action in a new thread inside the namespace. A thread's namespace passes on to the
   * threads that it creates, so a client made by the action, with its event loops, stays inside.
   *
   * @throws Exception what the action throws
   */
  public <T> T call(Callable<T> action) throws Exception {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              enter();
              return action.call();
            });
    Thread thread = new Thread(task, "in-" + name);
    thread.start();
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } catch (InterruptedException e) {
      thread.interrupt();
      throw e;
    }
  }

  private void enter() {
    try {
      int descriptor = Loaded.LIB_C.open("/run/netns/" + name, 0);
      try {
        Loaded.LIB_C.setns(descriptor, CLONE_NEWNET);
      } finally {
        Loaded.LIB_C.close(descriptor);
      }
    } catch (LastErrorException e) {
      throw new BedException(
          "network namespace %s cannot be entered (error %d): run as root"
              .formatted(name, e.getErrorCode()),
          e);
    }
  }
}
