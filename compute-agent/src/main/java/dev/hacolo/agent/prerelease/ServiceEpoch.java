package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.profile.Effect;
import dev.hacolo.agent.profile.Request;
import dev.hacolo.agent.profile.RequestSink;

/**
 * One service in one epoch: whether it was asked for anything whose result may depend on the order
 * in which the two VMs do things.
 */
final class ServiceEpoch implements RequestSink {
  private boolean ordered;

  @Override
  public void request(Request request) {
    ordered |= request.effect() == Effect.ORDER_SENSITIVE;
  }

  /** Something was asked that is not known. */
  void unknown() {
    ordered = true;
  }

  boolean isOrdered() {
    return ordered;
  }

  void begin() {
    ordered = false;
  }
}
