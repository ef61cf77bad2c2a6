package dev.hacolo.agent.profile;

/**
 * A request and its answer.
 *
 * @param request bytes of the client, a character each
 * @param effect what it does
 * @param answer bytes of the guest, none for a silent request
 * @param kinds of each byte of the answer: {@code B} body, {@code F} framing of the template,
 *     {@code H} head of a body, {@code -} anything else
 * @param identity what a body is learnt for; the same for equal requests only
 * @param free what the framing says beside template, echo and length
 */
@SuppressWarnings("ArrayRecordComponent") // Read, never compared.
record Turn(
    String request, Effect effect, String answer, String kinds, String identity, String free) {
  /** Length of the whole body. */
  int total() {
    return (int) kinds.chars().filter(k -> k == 'B').count();
  }

  /** Where it begins in the answer. */
  int bodyStart() {
    return kinds.indexOf('B');
  }
}
