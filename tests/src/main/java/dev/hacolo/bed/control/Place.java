package dev.hacolo.bed.control;

import dev.hacolo.bed.net.NetworkNamespace;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Launcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Where a server of the control plane runs: in a namespace, or on this machine's loopback, where
 * ports are shared with others.
 *
 * @param namespace the namespace, or null for this machine's own
 */
public record Place(@Nullable NetworkNamespace namespace) {
  /** This machine's loopback. */
  public static final Place LOOPBACK = new Place(null);

  /** The wanted port in a namespace, where nobody else has it; a free one on loopback. */
  int port(int wanted) {
    if (namespace != null) {
      return wanted;
    }
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new BedException("there is no free TCP port on loopback", e);
    }
  }

  /** Lets a process run here. */
  Launcher.Spec put(Launcher.Spec spec) {
    return namespace == null ? spec : spec.in(namespace.name());
  }

  /** Runs an action whose sockets are here; false if it fails. */
  boolean succeeds(Callable<Boolean> action) {
    try {
      return namespace == null ? action.call() : namespace.call(action);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while a server was asked whether it is ready", e);
    } catch (BedException e) {
      throw e;
    } catch (Exception e) {
      return false; // Not yet.
    }
  }
}
