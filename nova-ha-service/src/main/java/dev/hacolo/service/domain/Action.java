package dev.hacolo.service.domain;

/** What has to be done for a pair besides sending orders. */
public sealed interface Action {
  /** Nothing: wait for a report, an answer or the time. */
  record Rest() implements Action {}

  /** Commit a change. */
  record Apply(Transition transition) implements Action {}

  /**
   * Reserve the secondary's resources and bind its ports, then {@link Transitions#resourcesReady}.
   *
   * @param host where
   * @param secondaryVcpus active vCPUs to charge
   */
  record PrepareSecondary(String host, int secondaryVcpus) implements Action {}

  /**
   * Commit an order for a switch-over, then ask the primary's agent to hand over.
   *
   * @param ordered the order
   */
  record HandOver(Transition ordered) implements Action {}

  /**
   * Ask Nova whether the server still exists; release the pair if not, else note why it waits.
   *
   * @param reason why it waits
   */
  record VerifyServer(String reason) implements Action {}
}
