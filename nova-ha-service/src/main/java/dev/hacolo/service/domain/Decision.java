package dev.hacolo.service.domain;

import java.util.ArrayList;
import java.util.List;

/**
 * What has to be done for a pair now.
 *
 * @param orders to be sent at once, in this order, without waiting for answers
 * @param action to be done after they were sent
 */
public record Decision(List<HostOrder> orders, Action action) {
  /** Copies the list. */
  public Decision {
    orders = List.copyOf(orders);
  }

  static Decision rest() {
    return new Decision(List.of(), new Action.Rest());
  }

  static Decision order(HostOrder order) {
    return new Decision(List.of(order), new Action.Rest());
  }

  static Decision apply(Transition transition) {
    return new Decision(List.of(), new Action.Apply(transition));
  }

  static Decision act(Action action) {
    return new Decision(List.of(), action);
  }

  Decision and(List<HostOrder> more) {
    List<HostOrder> all = new ArrayList<>(orders);
    all.addAll(more);
    return new Decision(all, action);
  }
}
