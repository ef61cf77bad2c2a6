package dev.hacolo.agent.guard;

import dev.hacolo.agent.domain.StepException;
import java.nio.ByteBuffer;

/**
 * Puts programs on network devices by rtnetlink, in the namespace of this process: no other tool
 * has to be installed. Blocking, short. Not thread-safe.
 */
final class TrafficControl implements AutoCloseable {
  private static final int BUFFER = 32 << 10;

  private final int socket;
  private final ByteBuffer answer = LinuxCalls.structure(BUFFER);

  TrafficControl() {
    socket = LinuxCalls.routeSocket();
    if (socket < 0) {
      throw new StepException("rtnetlink cannot be opened (error %d)".formatted(-socket));
    }
  }

  private static int device(String tap) {
    int device = LinuxCalls.index(tap);
    if (device == 0) {
      throw new StepException("there is no network device '%s'".formatted(tap));
    }
    return device;
  }

  /**
   * Makes the place for filters, unless there is one.
   *
   * @return whether it was made
   */
  boolean prepare(String tap) {
    int error =
        ask(RouteMessage.qdisc(RouteMessage.NEW_QDISC, RouteMessage.CREATE_ONLY, device(tap)));
    if (error != 0 && error != LinuxCalls.EEXIST) {
      throw refused(tap, "clsact", error);
    }
    return error == 0;
  }

  /** Lets a program decide, before any other filter, about what the VM sends by a tap. */
  void attach(String tap, int program) {
    int error = ask(RouteMessage.add(device(tap), program));
    if (error != 0) {
      throw refused(tap, "a filter of preference 1", error);
    }
  }

  private static StepException refused(String tap, String what, int error) {
    return new StepException(
        "the kernel refuses %s on '%s' (error %d)".formatted(what, tap, error));
  }

  /**
   * Takes the program off a tap.
   *
   * @param place whether the place for filters goes too, if nobody else has a filter there
   */
  void detach(String tap, boolean place) {
    int device = LinuxCalls.index(tap);
    if (device == 0) {
      return;
    }
    int error = ask(RouteMessage.delete(device));
    boolean gone =
        error == 0
            || error == LinuxCalls.ENOENT
            || error == LinuxCalls.ENODEV
            || error == LinuxCalls.EINVAL; // there is no place for filters
    if (!gone) {
      throw refused(tap, "the removal of a filter", error);
    }
    if (place && isEmpty(device, RouteMessage.INGRESS) && isEmpty(device, RouteMessage.EGRESS)) {
      int unused = ask(RouteMessage.qdisc(RouteMessage.DELETE_QDISC, 0, device));
    }
  }

  /** Sends a message and returns the error of its acknowledgement, 0 for none. */
  private int ask(RouteMessage message) {
    int sent = LinuxCalls.send(socket, message.bytes());
    int received = sent < 0 ? sent : LinuxCalls.receive(socket, answer);
    if (received < RouteMessage.HEADER + Integer.BYTES) {
      throw new StepException("rtnetlink does not answer (%d)".formatted(received));
    }
    return -answer.getInt(RouteMessage.HEADER);
  }

  /** Whether a direction of a device has no filter. */
  private boolean isEmpty(int device, int parent) {
    boolean empty = true;
    int at = 0;
    int end = 0;
    int sent = LinuxCalls.send(socket, RouteMessage.list(device, parent).bytes());
    while (sent >= 0) {
      if (at >= end) {
        at = 0;
        end = LinuxCalls.receive(socket, answer);
      }
      if (end < RouteMessage.HEADER) {
        return false;
      }
      int type = Short.toUnsignedInt(answer.getShort(at + RouteMessage.TYPE_AT));
      if (type == RouteMessage.DONE || type == RouteMessage.ERROR) {
        return empty;
      }
      empty &= type != RouteMessage.NEW_FILTER;
      at += answer.getInt(at) + 3 & ~3;
    }
    return false;
  }

  @Override
  public void close() {
    LinuxCalls.closeDescriptor(socket);
  }
}
