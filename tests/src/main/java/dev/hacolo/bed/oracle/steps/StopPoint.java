package dev.hacolo.bed.oracle.steps;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Field;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StringReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.Value;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.EventRequest;
import dev.hacolo.bed.process.BedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A running agent that stops, all threads of it, when it comes to a step. It goes on, and is
 * watched no more, when this is closed. Not thread-safe.
 */
public final class StopPoint implements AutoCloseable {
  private static final String ATTACH_MILLISECONDS = "10000";

  private final VirtualMachine agent;
  private final ProtocolStep step;

  private StopPoint(VirtualMachine agent, ProtocolStep step) {
    this.agent = agent;
    this.step = step;
  }

  /**
   * Begins to watch an agent.
   *
   * @param host address of its debug interface
   * @param port port of it
   * @param passes how often the step is let pass before the agent stops at it, 0 or more; 0 is
   *     meant for a step with an argument
   * @throws BedException if the agent cannot be reached or does not know the step
   */
  public static StopPoint set(String host, int port, ProtocolStep step, int passes) {
    StopPoint point = new StopPoint(attach(host, port), step);
    try {
      BreakpointRequest request =
          point.agent.eventRequestManager().createBreakpointRequest(point.place());
      request.setSuspendPolicy(EventRequest.SUSPEND_ALL);
      if (step.argument().isEmpty()) {
        request.addCountFilter(passes + 1); // Such a request is over when it has been met.
      }
      request.enable();
      return point;
    } catch (RuntimeException e) {
      point.close();
      throw e;
    }
  }

  private static VirtualMachine attach(String host, int port) {
    AttachingConnector connector =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(c -> c.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow(() -> new BedException("this Java cannot debug over sockets"));
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    set(arguments, "hostname", host);
    set(arguments, "port", Integer.toString(port));
    set(arguments, "timeout", ATTACH_MILLISECONDS);
    try {
      return connector.attach(arguments);
    } catch (IOException | IllegalConnectorArgumentsException e) {
      throw new BedException(
          "the agent's debug interface at %s:%d cannot be reached: %s"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }

  private static void set(Map<String, Connector.Argument> arguments, String name, String value) {
    Objects.requireNonNull(arguments.get(name), name).setValue(value);
  }

  private Location place() {
    ReferenceType type =
        agent.classesByName(step.type()).stream()
            .findFirst()
            .orElseThrow(() -> new BedException("the agent has not loaded " + step.type()));
    Method method =
        type.methodsByName(step.method()).stream()
            .filter(m -> !m.isAbstract() && !m.isBridge())
            .findFirst()
            .orElseThrow(() -> new BedException(step.type() + " has no method " + step.method()));
    return step.edge() == ProtocolStep.Edge.START ? method.location() : end(method);
  }

  /** A method that returns nothing ends in the line of its closing brace. */
  private static Location end(Method method) {
    try {
      return method.allLineLocations().stream()
          .max(Comparator.comparingInt(Location::lineNumber))
          .orElseThrow(() -> new BedException(method + " has no lines"));
    } catch (com.sun.jdi.AbsentInformationException e) {
      throw new BedException(method + " was compiled without line numbers", e);
    }
  }

  /**
   * Waits until the agent has stopped at the step.
   *
   * @return false if it has not come to it in time, or has ended
   */
  public boolean await(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      for (long left = atMost.toMillis(); left > 0; ) {
        EventSet events = agent.eventQueue().remove(left);
        if (events != null) {
          if (events.stream().anyMatch(event -> event instanceof BreakpointEvent b && isMeant(b))) {
            return true;
          }
          events.resume();
        }
        left = (deadline - System.nanoTime()) / 1_000_000;
      }
      return false;
    } catch (VMDisconnectedException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while a step was waited for", e);
    }
  }

  /** Whether the step was come to with the argument that it is to have. */
  private boolean isMeant(BreakpointEvent event) {
    if (step.argument().isEmpty()) {
      return true;
    }
    try {
      return event.thread().frame(0).getArgumentValues().stream()
          .anyMatch(value -> step.argument().equals(constant(value)));
    } catch (IncompatibleThreadStateException e) {
      throw new BedException("the agent has not stopped at " + step, e);
    }
  }

  /** Name of a constant of an enum; else null. */
  private static @Nullable String constant(@Nullable Value value) {
    if (!(value instanceof ObjectReference object)) {
      return null;
    }
    Field name = object.referenceType().fieldByName("name");
    return name != null && object.getValue(name) instanceof StringReference text
        ? text.value()
        : null;
  }

  @Override
  public void close() {
    try {
      agent.dispose();
    } catch (VMDisconnectedException e) {
      // It was killed: nothing is left to go on.
    }
  }
}
