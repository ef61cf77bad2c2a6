package dev.hacolo.agent.profile;

/** Hears of a connection's requests. */
@FunctionalInterface
public interface RequestSink {
  /**
   * A request has come, or the first bytes of one. Whoever counts order-sensitive requests for good
   * waits for {@link Request#known()}; until then nothing may be pre-released that one would
   * forbid.
   *
   * @param request valid until this method returns; the sink must not call the conversation
   */
  void request(Request request);
}
