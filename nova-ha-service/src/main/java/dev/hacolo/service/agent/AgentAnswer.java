package dev.hacolo.service.agent;

/** What came of a request to an agent. */
public sealed interface AgentAnswer {
  /** The agent took the order. */
  record Accepted() implements AgentAnswer {}

  /**
   * The agent will never take this order.
   *
   * @param reason one sentence, the agent's own where it gave one
   */
  record Refused(String reason) implements AgentAnswer {}

  /**
   * No answer, or one that says that it may work later.
   *
   * @param reason one sentence
   */
  record Failed(String reason) implements AgentAnswer {}
}
